//! English words that stand inside Korean sentences, as Hangul writes them.

/// A word and its Hangul, in the order of the alphabet.
const WORDS: &str = "\
    1st 퍼스트, 2nd 세컨드, 3rd 서드, academy 아카데미, access 액세스, account 어카운트, adidas 아디다스, admin 어드민, \
    agoda 아고다, airbnb 에어비앤비, airpods 에어팟, airport 에어포트, alarm 알람, alert 알러트, alexa 알렉사, \
    alpha 알파, americano 아메리카노, audi 아우디, auto 오토, baby 베이비, back 백, backup 백업, bag 백, \
    balance 밸런스, beauty 뷰티, benz 벤츠, beta 베타, big 빅, bixby 빅스비, bmw 비엠더블유, bonus 보너스, book 북, \
    booking 부킹, browser 브라우저, buds 버즈, bug 버그, burger 버거, button 버튼, cake 케이크, calendar 캘린더, \
    camera 카메라, cancel 캔슬, caps 캡스, car 카, care 케어, cash 캐시, centre 센터, chanel 샤넬, channel 채널, \
    chicken 치킨, chrome 크롬, city 시티, classic 클래식, claude 클로드, clinic 클리닉, code 코드, \
    concert 콘서트, contact 컨택트, content 콘텐츠, contents 콘텐츠, copilot 코파일럿, cream 크림, credit 크레디트, \
    day 데이, debit 데빗, delete 딜리트, delivery 딜리버리, desktop 데스크톱, digital 디지털, discord 디스코드, \
    double 더블, eco 에코, edge 엣지, edit 에디트, edition 에디션, energy 에너지, english 잉글리시, enter 엔터, \
    example 이그잼플, expedia 익스피디아, fast 패스트, festival 페스티벌, firefox 파이어폭스, firewall 파이어월, \
    fitness 피트니스, flight 플라이트, flip 플립, floor 플로어, fold 폴드, follow 팔로우, fresh 프레시, game 게임, \
    games 게임즈, garden 가든, gemini 제미나이, genie 지니, github 깃허브, global 글로벌, golf 골프, good 굿, \
    gpt 지피티, great 그레이트, gucci 구찌, guest 게스트, guide 가이드, gym 짐, hair 헤어, happy 해피, \
    headset 헤드셋, health 헬스, help 헬프, home 홈, hospital 호스피털, hotspot 핫스팟, house 하우스, iban 아이반, ice 아이스, \
    info 인포, intel 인텔, item 아이템, java 자바, javascript 자바스크립트, juice 주스, junior 주니어, key 키, \
    keyboard 키보드, kids 키즈, kim 김, laptop 랩톱, latte 라테, lee 리, lg 엘지, like 라이크, limited 리미티드, \
    linkedin 링크드인, linux 리눅스, list 리스트, live 라이브, lobby 로비, lock 록, love 러브, lte 엘티이, mac 맥, \
    mail 메일, mall 몰, manual 매뉴얼, map 맵, maps 맵스, market 마켓, media 미디어, medical 메디컬, melon 멜론, \
    menu 메뉴, message 메시지, messenger 메신저, mic 마이크, mode 모드, model 모델, modem 모뎀, monitor 모니터, \
    month 먼스, motors 모터스, mouse 마우스, movie 무비, mrs 미세스, ms 미즈, music 뮤직, natural 내추럴, neo 네오, \
    network 네트워크, next 넥스트, note 노트, notice 노티스, notion 노션, nvidia 엔비디아, office 오피스, \
    openai 오픈에이아이, option 옵션, order 오더, organic 오가닉, original 오리지널, outlet 아웃렛, outlook 아웃룩, \
    pad 패드, parking 파킹, party 파티, passport 패스포트, ph 피에이치, photo 포토, photos 포토, pilates 필라테스, pizza 피자, \
    play 플레이, plaza 플라자, power 파워, powerpoint 파워포인트, prime 프라임, print 프린트, printer 프린터, \
    prof 교수, python 파이썬, radio 라디오, reboot 리부트, reels 릴스, refund 리펀드, reset 리셋, restart 리스타트, \
    reward 리워드, rewards 리워드, room 룸, router 라우터, safari 사파리, salad 샐러드, save 세이브, school 스쿨, \
    search 서치, season 시즌, seat 시트, security 시큐리티, send 센드, senior 시니어, series 시리즈, setting 세팅, \
    settings 세팅스, share 셰어, shift 시프트, shop 숍, shopping 쇼핑, shorts 쇼츠, show 쇼, \
    signature 시그니처, single 싱글, siri 시리, skin 스킨, skype 스카이프, slack 슬랙, smart 스마트, sony 소니, \
    space 스페이스, speaker 스피커, special 스페셜, speed 스피드, sports 스포츠, spotify 스포티파이, spring 스프링, \
    station 스테이션, store 스토어, story 스토리, student 스튜던트, suite 스위트, summer 서머, super 슈퍼, \
    support 서포트, sweet 스위트, sync 싱크, tab 탭, tablet 태블릿, tax 택스, tea 티, teams 팀즈, tesla 테슬라, \
    ticket 티켓, tiktok 틱톡, time 타임, timer 타이머, today 투데이, token 토큰, total 토털, tower 타워, \
    town 타운, trip 트립, tripadvisor 트립어드바이저, tving 티빙, twin 트윈, twitch 트위치, uber 우버, \
    uniqlo 유니클로, user 유저, version 버전, video 비디오, view 뷰, virus 바이러스, watch 워치, watcha 왓챠, \
    water 워터, wavve 웨이브, week 위크, weekend 위켄드, welcome 웰컴, whatsapp 왓츠앱, window 윈도우, \
    winter 윈터, word 워드, world 월드, year 이어, yoga 요가, zara 자라, zone 존";

/// The words with their readings.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.split(", ").filter_map(|pair| pair.trim().split_once(' '))
}
