// A thread that stays fresh (news.js): a message that two answers brought is shown once.
document.addEventListener("htmx:afterSwap", () => {
  const seen = new Set();
  for (const item of document.querySelectorAll("[data-edu-sequence]")) {
    const { eduSequence } = item.dataset;
    if (seen.has(eduSequence)) item.remove();
    seen.add(eduSequence);
  }
});
