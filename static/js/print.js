// A button that prints the page: shown where there is a script to press it.
for (const button of document.querySelectorAll("[data-edu-print]")) {
  button.hidden = false;
  button.onclick = () => print();
}
