// The flow's picture: the action at the player's place is marked, and a click on an action goes to its first span.

const picture = byId("picture");
const actionBoxes = new Map();
for (const box of picture.querySelectorAll("[data-action]")) actionBoxes.set(box.dataset.action, box);
let marked = null;

/** Marks an action, and scrolls the picture, not the page, so that it is seen. */
function markAction(action) {
  const box = actionBoxes.get(action) ?? null;
  if (box === marked) return;
  marked?.classList.remove("here");
  box?.classList.add("here");
  marked = box;
  if (!box) return;
  const at = box.getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  if (at.left < frame.left || at.right > frame.right) picture.scrollLeft += at.left - frame.left - frame.width / 3;
  if (at.top < frame.top || at.bottom > frame.bottom) picture.scrollTop += at.top - frame.top - frame.height / 3;
}

/** A picture that is wider than the page is shown whole at first if it stays readable. */
function startPicture() {
  const svg = picture.firstElementChild;
  byId("picture-section").hidden = !svg;
  if (!svg) return;
  const button = byId("picture-size");
  const share = picture.clientWidth / svg.getBoundingClientRect().width;
  button.hidden = share >= 1 || !svg.hasAttribute("viewBox");
  const size = (whole) => {
    picture.classList.toggle("whole", whole);
    button.textContent = whole ? "Full size" : "Whole picture";
  };
  size(share > 0.6);
  button.addEventListener("click", () => size(!picture.classList.contains("whole")));
  picture.addEventListener("click", (event) => {
    const action = event.target.closest?.("[data-action]")?.dataset.action;
    const span = action && call.lanes.flatMap((lane) => lane.spans).find((one) => one.action === action);
    if (!span) return;
    goTo(span.start_ms);
    chooseSpan(span);
  });
}
