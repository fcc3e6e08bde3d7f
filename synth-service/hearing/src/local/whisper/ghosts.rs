//! Texts that Whisper writes where nobody speaks: it learned from subtitles.

/// Whole texts, without marks, spaces and case.
const WHOLE: [&str; 12] = [
    "끝",
    "시청해주셔서감사합니다",
    "시청해주셔서고맙습니다",
    "구독과좋아요부탁드립니다",
    "다음영상에서만나요",
    "자막제공배달의민족",
    "ご視聴ありがとうございました",
    "字幕由amaraorg社区提供",
    "thanksforwatching",
    "thankyouforwatching",
    "pleasesubscribe",
    "subtitlesbytheamaraorgcommunity",
];

/// Begins of the sign-off of a news report: `MBC 뉴스 …입니다`.
const NEWS: [&str; 5] = ["mbc뉴스", "kbs뉴스", "sbs뉴스", "ytn뉴스", "jtbc뉴스"];

/// Letters of a sign-off at most: the name of a reporter, and `입니다`.
const SIGN_OFF: usize = 14;

/// Whether the text is one that nobody said.
pub(super) fn is_ghost(text: &str) -> bool {
    let bare: String =
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let signs_off = bare.chars().count() <= SIGN_OFF && NEWS.iter().any(|begin| bare.starts_with(begin));
    signs_off || WHOLE.contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_offs_of_videos_are_ghosts() {
        for ghost in ["시청해 주셔서 감사합니다.", "(끝)", "MBC 뉴스 김철수입니다.", "Thanks for watching!"]
        {
            assert!(is_ghost(ghost), "{ghost}");
        }
    }

    #[test]
    fn words_of_callers_are_not() {
        for words in [
            "감사합니다.",
            "",
            "MBC 뉴스에서 보고 전화했는데요 영업시간이 어떻게 되나요",
            "끝내 주세요",
            "Thank you.",
        ] {
            assert!(!is_ghost(words), "{words}");
        }
    }
}
