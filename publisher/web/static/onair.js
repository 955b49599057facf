// Fetches the board, or how far an edition is, again every two seconds while somebody looks at it.
// Without this file the page shows the same, as of when it was opened.

const EVERY_MILLISECONDS = 2000;
const board = document.querySelector("[data-fresh]");

async function refresh() {
  // Nobody's link is taken from under their finger or their keyboard.
  if (document.hidden || board.matches(":active") || board.contains(document.activeElement)) {
    return;
  }
  const answer = await fetch(board.dataset.fresh, { redirect: "error" });
  if (answer.ok) {
    board.innerHTML = await answer.text();
  }
  // Around it stand buttons for what is over now; what somebody is typing is not thrown away.
  if (board.querySelector("[data-over]") && !document.activeElement?.matches("input, select")) {
    location.reload();
  }
}

async function keepFresh() {
  try {
    await refresh();
  } catch {
    // Logged out, or the line is down: the old board stays, and the next try may succeed.
  }
  setTimeout(keepFresh, EVERY_MILLISECONDS);
}

setTimeout(keepFresh, EVERY_MILLISECONDS);
