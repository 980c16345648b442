/** Before sign-in. */
export function StartScreen() {
  return null;
}
