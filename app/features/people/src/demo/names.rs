//! Names to make people up from: common family names, and given names by the sound of their time.

use super::random::Random;
use crate::model::Sex;

const FAMILIES: [&str; 64] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田",
    "董", "潘", "袁", "蔡", "蒋", "余", "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚",
    "沈", "钟", "姜", "崔", "谭", "陆", "范", "汪", "石", "顾", "钱", "邵", "欧阳",
];
const OLD_MEN: [&str; 30] = [
    "建国", "国强", "志明", "德福", "根生", "阿根", "福生", "金山", "水根", "永康", "炳炎", "惠明", "正良",
    "文龙", "宝生", "兴发", "耀祖", "仁杰", "伯良", "春林", "连生", "树德", "长寿", "有才", "培元", "锦华",
    "瑞林", "祥", "义", "忠",
];
const OLD_WOMEN: [&str; 30] = [
    "秀英", "桂芳", "玉珍", "凤英", "阿妹", "招娣", "雪珍", "惠芬", "林妹", "月娥", "彩娣", "巧珍", "兰芳",
    "素珍", "金妹", "根妹", "美华", "琴芳", "翠英", "文珍", "菊英", "银凤", "小妹", "婉芬", "佩芳", "杏珍",
    "云仙", "芳", "珍", "英",
];
const MEN: [&str; 32] = [
    "伟", "磊", "军", "勇", "强", "斌", "俊杰", "建华", "海涛", "志刚", "晓东", "卫平", "文斌", "明亮",
    "国华", "振宇", "宏伟", "永刚", "立新", "少华", "春明", "学军", "浩然", "子轩", "宇航", "一鸣", "思远",
    "嘉诚", "天佑", "景行", "佳明", "逸飞",
];
const WOMEN: [&str; 32] = [
    "敏", "静", "丽", "娟", "燕", "婷", "雪梅", "晓红", "海燕", "春兰", "丽华", "文静", "建芳", "小萍",
    "慧敏", "佳怡", "思雨", "雨桐", "欣妍", "梦瑶", "若溪", "诗涵", "语嫣", "亦菲", "可馨", "明月", "清雅",
    "晓雯", "秋霞", "红梅", "美玲", "亚萍",
];
const BOYS: [&str; 20] = [
    "子涵", "宇轩", "浩宇", "沐辰", "奕辰", "梓睿", "一诺", "嘉懿", "煜祺", "锦程", "承泽", "景澄", "小宝",
    "天一", "明哲", "书航", "宸希", "亦凡", "予安", "知远",
];
const GIRLS: [&str; 20] = [
    "若汐", "梓萱", "诗琪", "欣怡", "芷晴", "语桐", "艺涵", "可欣", "妙涵", "念初", "苡沫", "沐瑶", "安然",
    "小满", "乐瑶", "婉清", "书瑶", "思齐", "采薇", "知夏",
];
/// What follows a community's name to name its estates.
pub const ESTATES: [&str; 8] = ["新村", "花园", "苑", "家园", "雅居", "名邸", "锦园", "里"];

pub fn family(random: &mut Random) -> &'static str {
    // The first are the most common, in lists as in life.
    let reach = if random.percent(60) { 20 } else { FAMILIES.len() };
    let &name = random.pick(&FAMILIES[..reach]);
    name
}

pub fn given(random: &mut Random, sex: Sex, age: i64) -> &'static str {
    let list: &[&'static str] = match (sex, age) {
        (Sex::Male, 60..) => &OLD_MEN,
        (Sex::Female, 60..) => &OLD_WOMEN,
        (Sex::Male, 18..) => &MEN,
        (Sex::Female, 18..) => &WOMEN,
        (Sex::Male, _) => &BOYS,
        (Sex::Female, _) => &GIRLS,
    };
    let &name = random.pick(list);
    name
}
