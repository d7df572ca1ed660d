import { expect, test } from "vitest";
import { HybridClock } from "../../src/state/hybrid-clock.js";

test("No moment comes twice, though the clock stands still or goes back", () => {
  const clock = new HybridClock();

  expect([clock.next(1_000), clock.next(1_000), clock.next(900), clock.next(2_000)]).toEqual([1_000, 1_001, 1_002, 2_000]);
});

test("It goes on after what was said before a reload", () => {
  const clock = new HybridClock();

  clock.passed(5_000, 1_000);

  expect([clock.next(1_000), clock.next(6_000)]).toEqual([5_001, 6_000]);
});

test("A clock that is nearly right is left as it is: what differs is how long the word was on its way", () => {
  const clock = new HybridClock();

  clock.observe(100_000, 100_400);

  expect(clock.next(100_500)).toBe(100_500);
});

test("A machine whose clock is wrong counts by the server's", () => {
  const clock = new HybridClock();

  clock.observe(100_000, 40_000);
  const corrected = clock.next(41_000);
  clock.observe(50_000, 90_000);

  expect(corrected).toBe(101_000);
  expect(clock.next(91_000)).toBe(101_001);
});

test("The server's first word says by what the moments so far are wrong, and moments that no clock can have reached are forgotten", () => {
  const clock = new HybridClock();
  clock.passed(5_000_000, 1_000_000);
  const ahead = clock.next(1_000_000);

  expect([ahead, clock.observe(10_000, 1_000_000), clock.observe(10_100, 1_000_100)]).toEqual([5_000_001, -990_000, 0]);

  clock.goOnBehind(4_000_000, 1_000_200);
  expect(clock.next(1_000_200)).toBe(4_000_001);

  clock.goOnBehind(0, 1_000_300);
  clock.passed(5_000_000, 1_000_300);
  expect([clock.next(1_000_300), clock.next(1_000_300)]).toEqual([10_300, 10_301]);
});
