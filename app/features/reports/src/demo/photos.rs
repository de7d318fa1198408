//! Photos of the demonstration, drawn here: nobody's street is in them.

use db::{Cx, upload};
use shared::{AppError, RecordId};

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;
const GROUND: u32 = 170;

type Colour = [u8; 3];

const SKY: Colour = [196, 218, 236];
const NIGHT: Colour = [44, 52, 74];
const ROAD: Colour = [128, 128, 124];
const WALL: Colour = [226, 214, 190];
const GREEN: Colour = [96, 142, 88];
const DARK: Colour = [60, 60, 64];
const LIGHT: Colour = [250, 226, 140];
const WOOD: Colour = [150, 106, 66];

/// A rectangle: from the left, from the top, how wide, how high.
type Shape = (u32, u32, u32, u32, Colour);

/// What is behind, what is below, and what stands there.
struct Picture {
    behind: Colour,
    below: Colour,
    shapes: &'static [Shape],
}

/// By the numbers that scenes have.
const PICTURES: [Picture; 6] = [
    // Bins that are full.
    Picture {
        behind: WALL,
        below: ROAD,
        shapes: &[
            (60, 110, 60, 90, GREEN),
            (140, 110, 60, 90, DARK),
            (66, 92, 48, 20, WOOD),
            (150, 96, 40, 16, SKY),
            (215, 180, 50, 24, WOOD),
        ],
    },
    // A lamp that is out, and the same as it shines again.
    Picture {
        behind: NIGHT,
        below: DARK,
        shapes: &[(150, 50, 8, 140, ROAD), (130, 44, 48, 12, ROAD)],
    },
    Picture {
        behind: NIGHT,
        below: ROAD,
        shapes: &[
            (104, 56, 100, 114, [112, 106, 84]),
            (150, 50, 8, 140, ROAD),
            (130, 44, 48, 14, LIGHT),
        ],
    },
    // Old furniture in a stairway, and the stairway once it is gone.
    Picture {
        behind: WALL,
        below: ROAD,
        shapes: &[
            (30, 80, 70, 110, WOOD),
            (110, 130, 90, 60, DARK),
            (210, 100, 60, 90, WOOD),
            (218, 110, 44, 30, LIGHT),
        ],
    },
    Picture {
        behind: WALL,
        below: ROAD,
        shapes: &[
            (120, 60, 80, 110, SKY),
            (126, 66, 32, 98, WALL),
            (162, 66, 32, 98, WALL),
        ],
    },
    // A fan with a cover over it.
    Picture {
        behind: SKY,
        below: GREEN,
        shapes: &[
            (40, 40, 240, 140, WALL),
            (120, 80, 90, 70, DARK),
            (130, 90, 70, 50, ROAD),
            (110, 70, 110, 8, WOOD),
        ],
    },
];

/// Hands them in; their ids by their numbers.
///
/// # Errors
/// As the store fails.
pub async fn receive(cx: &Cx) -> Result<Vec<RecordId>, AppError> {
    let mut ids = Vec::new();
    for picture in &PICTURES {
        ids.push(upload::receive_photo(cx, drawn(picture)).await?.id);
    }
    Ok(ids)
}

fn colour(picture: &Picture, x: u32, y: u32) -> Colour {
    let within = |(left, top, width, height, _): &&Shape| {
        (*left..left + width).contains(&x) && (*top..top + height).contains(&y)
    };
    let under = if y < GROUND { picture.behind } else { picture.below };
    let on_top = picture.shapes.iter().rev().find(within);
    on_top.map_or(under, |shape| shape.4)
}

/// As a PNG without compression: it is made anew when it is handed in.
fn drawn(picture: &Picture) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..HEIGHT {
        pixels.push(0);
        for x in 0..WIDTH {
            pixels.extend(colour(picture, x, y));
        }
    }
    let mut head = Vec::new();
    head.extend(WIDTH.to_be_bytes());
    head.extend(HEIGHT.to_be_bytes());
    // Eight bits of each of three colours.
    head.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &head);
    chunk(&mut png, *b"IDAT", &stored(&pixels));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    png.extend(length.to_be_bytes());
    let table: [u32; 256] = std::array::from_fn(remainder);
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(data) {
        png.push(*byte);
        let [low, ..] = crc.to_le_bytes();
        crc = (crc >> 8) ^ table[usize::from(low ^ byte)];
    }
    png.extend((!crc).to_be_bytes());
}

/// Of one byte, as checksums of PNG have it.
fn remainder(byte: usize) -> u32 {
    let mut rest = u32::try_from(byte).unwrap_or_default();
    for _ in 0..8 {
        rest = if rest & 1 == 1 {
            (rest >> 1) ^ 0xedb8_8320
        } else {
            rest >> 1
        };
    }
    rest
}

/// A stream of zlib that is only stored.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scenes::SCENES;

    #[test]
    fn each_photo_is_of_one_scene() {
        let mut used: Vec<usize> = SCENES.iter().flat_map(|scene| scene.photos).flatten().collect();
        used.sort_unstable();
        assert_eq!(used, (0..PICTURES.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_picture_has_its_length_in_front_of_each_chunk() {
        let png = drawn(&PICTURES[0]);
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xae\x42\x60\x82"));
        assert!(PICTURES.iter().skip(1).all(|other| drawn(other) != png));
    }
}
