//! English words that stand inside Korean sentences, as Hangul writes them.

/// A word and its Hangul, in the order of the alphabet.
const WORDS: &str = "\
    1st 퍼스트, 2nd 세컨드, 3rd 서드, academy 아카데미, access 액세스, account 어카운트, \
    acrobat 아크로뱃, costco 코스트코, dropbox 드롭박스, excel 엑셀, feature 피처, ikea 이케아, lightroom 라이트룸, \
    mastercard 마스터카드, onenote 원노트, paypal 페이팔, reader 리더, sudo 수도, telegram 텔레그램, trello 트렐로, \
    visa 비자, \
    adapter 어댑터, add 애드, adidas 아디다스, admin 어드민, adobe 어도비, agent 에이전트, \
    agoda 아고다, airbnb 에어비앤비, airbus 에어버스, airpods 에어팟, airport 에어포트, alarm 알람, \
    alert 알러트, alexa 알렉사, all 올, alpha 알파, america 아메리카, americano 아메리카노, and 앤드, \
    angeles 앤젤레스, angular 앵귤러, answer 앤서, applepay 애플페이, apples 애플스, april 에이프릴, \
    array 어레이, asia 아시아, asset 애셋, at 앳, audi 아우디, august 오거스트, auto 오토, \
    avante 아반떼, avatar 아바타, avengers 어벤져스, avenue 애비뉴, average 애버리지, \
    aws 에이더블유에스, azure 애저, baby 베이비, back 백, backup 백업, bag 백, balance 밸런스, \
    banana 바나나, band 밴드, base 베이스, batman 배트맨, beauty 뷰티, beer 비어, beige 베이지, \
    benz 벤츠, berry 베리, beta 베타, big 빅, bio 바이오, birthday 버스데이, bixby 빅스비, block 블록, \
    bmw 비엠더블유, boeing 보잉, bold 볼드, bond 본드, bonus 보너스, book 북, booking 부킹, boot 부트, \
    bottom 보텀, boy 보이, branch 브랜치, brand 브랜드, bread 브레드, bright 브라이트, brown 브라운, \
    browser 브라우저, buds 버즈, bug 버그, build 빌드, building 빌딩, burger 버거, butter 버터, \
    button 버튼, by 바이, bye 바이, cable 케이블, cake 케이크, calendar 캘린더, camera 카메라, \
    cancel 캔슬, canva 캔바, capital 캐피털, cappuccino 카푸치노, caps 캡스, car 카, care 케어, \
    cargo 카고, carnival 카니발, cash 캐시, cashback 캐시백, cashless 캐시리스, cell 셀, centre 센터, \
    chanel 샤넬, channel 채널, chapter 챕터, charger 차저, cheese 치즈, cherry 체리, chicken 치킨, \
    china 차이나, christmas 크리스마스, chrome 크롬, city 시티, claim 클레임, class 클래스, \
    classic 클래식, claude 클로드, clinic 클리닉, code 코드, coke 코크, cola 콜라, colab 코랩, \
    cold 콜드, college 칼리지, color 컬러, colour 컬러, column 칼럼, combo 콤보, comment 코멘트, \
    commit 커밋, company 컴퍼니, concert 콘서트, config 컨피그, congratulations 콩그래출레이션스, \
    const 콘스트, contact 컨택트, content 콘텐츠, contents 콘텐츠, cook 쿡, cool 쿨, copilot 코파일럿, \
    cos 코사인, count 카운트, course 코스, cream 크림, credit 크레디트, cs 씨에스, cursor 커서, \
    daegu 대구, daejeon 대전, dark 다크, day 데이, deadline 데드라인, debit 데빗, debug 디버그, \
    decaf 디카페인, december 디셈버, deepseek 딥시크, delete 딜리트, delivery 딜리버리, demo 데모, \
    dental 덴탈, deploy 디플로이, derma 더마, design 디자인, desk 데스크, desktop 데스크톱, dev 데브, \
    diet 다이어트, digital 디지털, discord 디스코드, display 디스플레이, django 장고, doc 독, \
    docker 도커, docs 독스, document 도큐먼트, documents 도큐먼츠, double 더블, down 다운, \
    downloads 다운로즈, draft 드래프트, driver 드라이버, drx 디알엑스, dynamite 다이너마이트, \
    ec2 이씨투, echo 에코, eco 에코, edge 엣지, edit 에디트, edition 에디션, edu 에듀, \
    electric 일렉트릭, else 엘스, emoji 이모지, energy 에너지, english 잉글리시, enter 엔터, \
    espresso 에스프레소, europe 유럽, everyone 에브리원, exam 이그잼, example 이그잼플, \
    exception 익셉션, expedia 익스피디아, export 익스포트, false 폴스, farm 팜, fashion 패션, \
    fast 패스트, feedback 피드백, ferrari 페라리, festival 페스티벌, figma 피그마, filter 필터, \
    final 파이널, finance 파이낸스, financial 파이낸셜, firefox 파이어폭스, firewall 파이어월, fit 핏, \
    fitness 피트니스, flask 플라스크, flight 플라이트, flip 플립, floor 플로어, fold 폴드, folder 폴더, \
    follow 팔로우, for 포, ford 포드, form 폼, forms 폼, fresh 프레시, friday 프라이데이, from 프롬, \
    front 프런트, function 펑션, fund 펀드, gallery 갤러리, game 게임, games 게임즈, gangnam 강남, \
    garden 가든, gear 기어, gemini 제미나이, gen 젠, genesis 제네시스, genie 지니, giga 기가, \
    gimpo 김포, girl 걸, git 깃, github 깃허브, gitlab 깃랩, global 글로벌, golf 골프, good 굿, \
    gpt 지피티, grade 그레이드, grande 그란데, grandeur 그랜저, graphite 그래파이트, gray 그레이, \
    great 그레이트, grey 그레이, group 그룹, gucci 구찌, guest 게스트, guide 가이드, gwangju 광주, \
    gym 짐, haiku 하이쿠, hair 헤어, hall 홀, halloween 핼러윈, happy 해피, hard 하드, headset 헤드셋, \
    health 헬스, help 헬프, hi 하이, high 하이, hill 힐, holdings 홀딩스, home 홈, honda 혼다, \
    hongdae 홍대, hongik 홍익, honors 아너스, hospital 호스피털, host 호스트, hosts 호스츠, \
    hotfix 핫픽스, hotspot 핫스팟, house 하우스, hub 허브, hybrid 하이브리드, iban 아이반, ice 아이스, \
    iced 아이스드, if 이프, illustrator 일러스트레이터, imac 아이맥, image 이미지, images 이미지, \
    imdb 아이엠디비, import 임포트, in 인, inbox 인박스, incheon 인천, index 인덱스, info 인포, \
    input 인풋, inside 인사이드, install 인스톨, insurance 인슈어런스, int 인트, intel 인텔, \
    invest 인베스트, ioniq 아이오닉, ipv 아이피브이, is 이즈, it 잇, item 아이템, ivory 아이보리, \
    january 재뉴어리, japan 재팬, java 자바, javascript 자바스크립트, jira 지라, job 잡, jobs 잡스, \
    js 제이에스, json 제이슨, juice 주스, july 줄라이, june 준, junior 주니어, jupyter 주피터, \
    kernel 커널, key 키, keyboard 키보드, kids 키즈, kim 김, king 킹, kitchen 키친, korean 코리안, \
    kotlin 코틀린, kubernetes 쿠버네티스, lab 랩, lambda 람다, land 랜드, laptop 랩톱, latte 라테, \
    law 로, league 리그, lee 리, left 레프트, legends 레전드, lemon 레몬, lesson 레슨, let 렛, \
    level 레벨, lexus 렉서스, lg 엘지, library 라이브러리, life 라이프, like 라이크, likes 라이크, \
    limit 리밋, limited 리미티드, linkedin 링크드인, linux 리눅스, list 리스트, live 라이브, \
    llama 라마, lobby 로비, localhost 로컬호스트, lock 록, log 로그, logis 로지스, lol 롤, london 런던, \
    long 롱, los 로스, love 러브, low 로, lte 엘티이, mac 맥, macbook 맥북, macro 매크로, mail 메일, \
    main 메인, mall 몰, man 맨, mango 망고, manual 매뉴얼, map 맵, maps 맵스, march 마치, market 마켓, \
    mart 마트, marvel 마블, may 메이, media 미디어, medical 메디컬, meeting 미팅, mega 메가, \
    melon 멜론, memo 메모, men 맨, menu 메뉴, mercedes 메르세데스, merge 머지, merry 메리, \
    message 메시지, messenger 메신저, meta 메타, mic 마이크, micro 마이크로, midjourney 미드저니, \
    mileage 마일리지, milk 밀크, minecraft 마인크래프트, mint 민트, mistral 미스트랄, mocha 모카, \
    mode 모드, model 모델, modem 모뎀, monday 먼데이, mongodb 몽고디비, monitor 모니터, month 먼스, \
    mood 무드, moon 문, motors 모터스, mountain 마운틴, mouse 마우스, movie 무비, mrs 미세스, ms 미즈, \
    museum 뮤지엄, music 뮤직, my 마이, mysql 마이에스큐엘, name 네임, nano 나노, natural 내추럴, \
    naverpay 네이버페이, navy 네이비, neo 네오, nest 네스트, network 네트워크, next 넥스트, \
    nintendo 닌텐도, node 노드, none 넌, nosql 노에스큐엘, not 낫, note 노트, notebook 노트북, \
    notice 노티스, notion 노션, november 노벰버, null 널, numpy 넘파이, nvidia 엔비디아, \
    object 오브젝트, ocean 오션, october 옥토버, of 오브, off 오프, office 오피스, official 오피셜, \
    omega 오메가, on 온, one 원, openai 오픈에이아이, opic 오픽, option 옵션, opus 오퍼스, or 오어, \
    oracle 오라클, orange 오렌지, order 오더, organic 오가닉, origin 오리진, original 오리지널, \
    osaka 오사카, out 아웃, outlet 아웃렛, outlook 아웃룩, output 아웃풋, outside 아웃사이드, \
    overwatch 오버워치, package 패키지, pad 패드, page 페이지, pandas 판다스, paris 파리, park 파크, \
    parking 파킹, partners 파트너스, party 파티, passport 패스포트, pasta 파스타, patch 패치, \
    peace 피스, peach 피치, pen 펜, pencil 펜슬, pepper 페퍼, pepsi 펩시, perplexity 퍼플렉시티, \
    pet 펫, ph 피에이치, pharm 팜, photo 포토, photos 포토, photoshop 포토샵, php 피에이치피, \
    pilates 필라테스, pinterest 핀터레스트, pip 핍, pixar 픽사, pizza 피자, play 플레이, \
    playlist 플레이리스트, playstation 플레이스테이션, plaza 플라자, please 플리즈, plugin 플러그인, \
    podcast 팟캐스트, pokemon 포켓몬, porsche 포르쉐, portal 포털, post 포스트, power 파워, \
    powerpoint 파워포인트, premiere 프리미어, prestige 프레스티지, prime 프라임, print 프린트, \
    printer 프린터, prof 교수, profile 프로필, project 프로젝트, prompt 프롬프트, protein 프로틴, \
    pull 풀, purple 퍼플, push 푸시, python 파이썬, pytorch 파이토치, queen 퀸, query 쿼리, \
    question 퀘스천, quiz 퀴즈, radio 라디오, ram 램, range 레인지, rank 랭크, rating 레이팅, \
    react 리액트, readme 리드미, reboot 리부트, reddit 레딧, redis 레디스, reels 릴스, refund 리펀드, \
    regular 레귤러, release 릴리스, reminder 리마인더, remove 리무브, reply 리플라이, report 리포트, \
    request 리퀘스트, requests 리퀘스츠, reset 리셋, response 리스폰스, restart 리스타트, return 리턴, \
    review 리뷰, reward 리워드, rewards 리워드, right 라이트, ring 링, river 리버, road 로드, \
    roblox 로블록스, rom 롬, room 룸, rose 로즈, router 라우터, row 로, royal 로열, ruby 루비, run 런, \
    runtime 런타임, rust 러스트, s3 에스쓰리, safari 사파리, salad 샐러드, salt 솔트, sample 샘플, \
    samsungpay 삼성페이, saturday 새터데이, save 세이브, schedule 스케줄, school 스쿨, score 스코어, \
    screen 스크린, script 스크립트, sea 시, search 서치, season 시즌, seat 시트, section 섹션, \
    security 시큐리티, select 셀렉트, send 센드, senior 시니어, september 셉템버, series 시리즈, \
    setting 세팅, settings 세팅스, share 셰어, shazam 샤잠, sheet 시트, sheets 시트, shell 셸, \
    shift 시프트, ship 십, shop 숍, shopping 쇼핑, short 쇼트, shorts 쇼츠, shot 샷, show 쇼, \
    side 사이드, signature 시그니처, sin 사인, single 싱글, siri 시리, skin 스킨, sky 스카이, \
    skypass 스카이패스, skype 스카이프, slack 슬랙, slide 슬라이드, slides 슬라이드, slim 슬림, \
    slow 슬로, smart 스마트, soft 소프트, sonata 쏘나타, sonnet 소네트, sony 소니, sora 소라, \
    sorento 쏘렌토, sorry 소리, sort 소트, soup 수프, source 소스, space 스페이스, spam 스팸, \
    speaker 스피커, special 스페셜, speed 스피드, sport 스포츠, sports 스포츠, spotify 스포티파이, \
    spring 스프링, sql 에스큐엘, square 스퀘어, stage 스테이지, star 스타, stars 스타즈, \
    station 스테이션, steak 스테이크, steam 스팀, step 스텝, sticker 스티커, stock 스톡, store 스토어, \
    story 스토리, strawberry 스트로베리, streaming 스트리밍, street 스트리트, string 스트링, \
    student 스튜던트, sub 서브, subject 서브젝트, subscribe 구독, sugar 슈가, suite 스위트, sum 섬, \
    summary 서머리, summer 서머, sun 선, sunday 선데이, super 슈퍼, support 서포트, sweet 스위트, \
    swift 스위프트, switch 스위치, sync 싱크, syntax 신택스, syrup 시럽, tab 탭, table 테이블, \
    tablet 태블릿, tag 태그, talk 톡, tall 톨, tan 탄젠트, task 태스크, tax 택스, tea 티, teams 팀즈, \
    tech 테크, template 템플릿, tensorflow 텐서플로, tesla 테슬라, text 텍스트, thank 생큐, \
    thanks 생스, the 더, theater 시어터, theatre 시어터, threads 스레드, three 쓰리, thursday 서즈데이, \
    ticket 티켓, tiktok 틱톡, time 타임, timer 타이머, tip 팁, tips 팁스, titanium 티타늄, \
    title 타이틀, to 투, today 투데이, todo 투두, token 토큰, tokyo 도쿄, top 톱, topik 토픽, \
    total 토털, touch 터치, touring 투어링, tower 타워, town 타운, toyota 토요타, trace 트레이스, \
    trade 트레이드, trend 트렌드, trial 트라이얼, trip 트립, tripadvisor 트립어드바이저, true 트루, \
    trust 트러스트, ts 티에스, tuesday 튜즈데이, turbo 터보, tving 티빙, twin 트윈, twitch 트위치, \
    two 투, typescript 타입스크립트, uber 우버, ubuntu 우분투, ulsan 울산, uniqlo 유니클로, unit 유닛, \
    university 유니버시티, up 업, usa 유에스에이, user 유저, users 유저스, valentine 밸런타인, \
    value 밸류, var 바, venti 벤티, version 버전, vibe 바이브, video 비디오, view 뷰, virus 바이러스, \
    vitamin 비타민, vlog 브이로그, volvo 볼보, vram 브이램, vue 뷰, war 워, warm 웜, watch 워치, \
    watcha 왓챠, water 워터, wavve 웨이브, wednesday 웬즈데이, week 위크, weekend 위켄드, welcome 웰컴, \
    whatsapp 왓츠앱, while 와일, whip 휩, whisky 위스키, whisper 위스퍼, wide 와이드, wiki 위키, \
    wikipedia 위키피디아, window 윈도우, wine 와인, winter 윈터, wireless 와이어리스, with 위드, \
    woman 우먼, women 우먼, word 워드, wordpress 워드프레스, work 워크, works 웍스, world 월드, \
    xbox 엑스박스, year 이어, yellow 옐로, yoga 요가, york 요크, you 유, your 유어, zara 자라, \
    zero 제로, zone 존";

/// The words with their readings.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.split(", ").filter_map(|pair| pair.trim().split_once(' '))
}
