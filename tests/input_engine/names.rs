//! Names of persons come first in fields for names, and only there.

use kiosk::input::{InputEngine, InputMethods, Method};

use super::Stage;

/// The nine keys of letters.
fn digits(letters: &str) -> String {
    let key = |letter| match letter {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        _ => '9',
    };
    letters.chars().map(key).collect()
}

#[test]
fn frequent_names_are_first() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, true) else {
        return;
    };
    for (letters, name) in [
        ("wangxiuying", "王秀英"),
        ("liujianguo", "刘建国"),
        ("chenxiaoming", "陈晓明"),
        ("zhaoguilan", "赵桂兰"),
        ("zhangwei", "张伟"),
        ("wangfang", "王芳"),
        ("zhuguoqiang", "朱国强"),
        ("huangdeming", "黄德明"),
    ] {
        assert_eq!(stage.first(letters), name, "{letters}");
    }
}

#[test]
fn frequent_names_are_first_with_nine_keys() {
    let Some(mut stage) = Stage::begin(Method::NinePinyin, true) else {
        return;
    };
    for (letters, name) in [
        ("wangxiuying", "王秀英"),
        ("liujianguo", "刘建国"),
        ("zhaoguilan", "赵桂兰"),
    ] {
        assert_eq!(stage.first(&digits(letters)), name, "{letters}");
    }
}

#[test]
fn a_surname_is_before_the_words_that_sound_alike() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, true) else {
        return;
    };
    for (letters, surname) in [
        ("shan", "单"),
        ("ye", "叶"),
        ("ren", "任"),
        ("he", "何"),
        ("zeng", "曾"),
        ("xie", "谢"),
        ("qiu", "邱"),
        ("lv", "吕"),
        ("ouyang", "欧阳"),
        ("sima", "司马"),
        ("zhuge", "诸葛"),
        ("shangguan", "上官"),
    ] {
        assert_eq!(stage.first(letters), surname, "{letters}");
    }
}

#[test]
fn a_name_is_composed_of_surname_and_given_name() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, true) else {
        return;
    };
    let surname = stage
        .compose("ouyangxiuying")
        .candidates
        .iter()
        .position(|word| word == "欧阳")
        .unwrap();
    let rest = stage.engine.choose(surname).unwrap();
    assert_eq!(rest.candidates[0], "秀英");
    assert_eq!(stage.engine.choose(0).unwrap().committed, "欧阳秀英");
}

#[test]
fn names_of_other_peoples_are_offered_in_their_parts() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, true) else {
        return;
    };
    for (letters, part) in [
        ("maimaiti", "买买提"),
        ("zhaxi", "扎西"),
        ("bateer", "巴特尔"),
        ("nima", "尼玛"),
    ] {
        assert_eq!(stage.first(letters), part, "{letters}");
    }
}

#[test]
fn ordinary_fields_do_not_prefer_names() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, true) else {
        return;
    };
    stage.engine.begin(Method::Pinyin, false).unwrap();
    for (letters, word) in [
        ("shan", "山"),
        ("ye", "也"),
        ("jiefang", "解放"),
        ("zhufang", "住房"),
    ] {
        assert_eq!(stage.first(letters), word, "{letters}");
    }
}
