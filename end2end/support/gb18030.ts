// Node reads GB18030 and does not write it: the table is made from what it reads.

let table: Map<string, [number, number]> | undefined;

function characters(): Map<string, [number, number]> {
  const decoder = new TextDecoder("gb18030");
  const made = new Map<string, [number, number]>();
  for (let first = 0x81; first <= 0xfe; first++) {
    for (let second = 0x40; second <= 0xfe; second++) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if (second !== 0x7f && [...character].length === 1 && !made.has(character)) made.set(character, [first, second]);
    }
  }
  return made;
}

/** `text` in GB18030, as far as two bytes reach. */
export function gb18030(text: string): Buffer {
  table ??= characters();
  const bytes = [...text].flatMap((character) => {
    if (character.charCodeAt(0) < 0x80) return [character.charCodeAt(0)];
    const pair = table?.get(character);
    if (!pair) throw new Error(`${character} takes four bytes`);
    return pair;
  });
  return Buffer.from(bytes);
}

/** The byte order mark that some programs put in front. */
export const MARK = Buffer.of(0x84, 0x31, 0x95, 0x33);
