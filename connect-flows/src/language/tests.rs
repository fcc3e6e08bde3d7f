use super::*;

#[test]
fn the_files_can_be_read() {
    let language = load::Language::read().unwrap();
    assert!(language.actions().count() > 60);
}
