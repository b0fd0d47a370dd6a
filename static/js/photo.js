// A photo is shrunk before it leaves: 4 MB become 150 KB. Without this, it leaves as the phone took it.
document.addEventListener("change", async ({ target }) => {
  const file = target.matches("[data-edu-photo]") && target.files[0];
  if (!file) return;
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) return;
  const scale = Math.min(1, target.dataset.eduPhoto / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((small) => {
    if (!small || small.size >= file.size || target.files[0] !== file) return;
    const list = new DataTransfer();
    list.items.add(new File([small], "photo.jpg", { type: small.type }));
    target.files = list.files;
  }, "image/jpeg", 0.7);
});

// A photo takes its time to leave on a slow network: the button says so, and is itself again if the page comes back.
document.addEventListener("submit", ({ target, submitter }) => {
  if (!submitter || !target.querySelector("[data-edu-photo]")) return;
  const { textContent } = submitter;
  submitter.textContent = "Envoi en cours…";
  submitter.setAttribute("aria-busy", "true");
  addEventListener("pageshow", () => {
    submitter.textContent = textContent;
    submitter.removeAttribute("aria-busy");
  }, { once: true });
});
