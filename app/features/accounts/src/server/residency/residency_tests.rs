use super::*;

#[test]
fn a_masked_door_tells_the_building_only() {
    assert_eq!(mask_door("3 幢 2 单元 501 室"), "3 幢***");
    assert_eq!(mask_door("花园浜 12 号"), "花园浜 12 号***");
    assert_eq!(mask_door("501"), "***");
}
