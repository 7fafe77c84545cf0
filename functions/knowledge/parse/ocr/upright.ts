import type { Box } from '../pdf/box.ts';

/** How far print is turned clockwise, in degrees. */
export type Turn = 0 | 90 | 180 | 270;

/** A run of print that was read. */
export interface ReadLine {
  readonly text: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** In pixels of the picture. */
  readonly box: Box;
  readonly turn: Turn;
}

/** Lines of a picture, placed as on the picture when most of its print stands upright. */
export interface UprightReading {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly ReadLine[];
}

const turns: readonly Turn[] = [0, 90, 180, 270];

/** The lines where they stand once the picture is turned so that most of its letters are upright. */
export function upright(lines: readonly ReadLine[], width: number, height: number): UprightReading {
  const letters = turns.map(turn =>
    lines.filter(line => line.turn === turn).reduce((sum, { text }) => sum + text.length, 0),
  );
  const turned = turns[letters.indexOf(Math.max(...letters))] ?? 0;
  const isSideways = turned === 90 || turned === 270;
  return {
    width: isSideways ? height : width,
    height: isSideways ? width : height,
    lines: lines.map(line => ({
      ...line,
      box: turnedBack(line.box, turned, width, height),
      turn: turns[((line.turn - turned + 360) % 360) / 90] ?? 0,
    })),
  };
}

function turnedBack(box: Box, turn: Turn, width: number, height: number): Box {
  const right = width - box.x - box.width;
  const below = height - box.y - box.height;
  switch (turn) {
    case 90:
      return { x: box.y, y: right, width: box.height, height: box.width };
    case 180:
      return { ...box, x: right, y: below };
    case 270:
      return { x: below, y: box.x, width: box.height, height: box.width };
    case 0:
    default:
      return box;
  }
}
