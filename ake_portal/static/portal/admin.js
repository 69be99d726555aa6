// Select2 leaves the boxes of the admin's searching choices without a name for screen readers: they get their field's label.
(() => {
  const labelOf = (select) => document.querySelector(`label[for="${select.id}"]`);
  const nameOf = (label) => label.textContent.replace("*", "").trim();

  const nameBoxes = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = labelOf(select);
      const boxes = select.parentElement.querySelector(".select2-container");
      if (!label || !boxes) continue;
      label.id ||= `${select.id}_label`;
      for (const shown of boxes.querySelectorAll("span.select2-selection__rendered")) {
        shown.setAttribute("aria-label", nameOf(label));
        shown.closest(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
      }
      for (const field of boxes.querySelectorAll("input")) field.setAttribute("aria-label", nameOf(label));
    }
  };

  window.addEventListener("load", () => {
    const $ = window.django?.jQuery;
    if (!$) return;
    $(nameBoxes); // after Select2, which waits for the same moment
    document.addEventListener("formset:added", () => setTimeout(nameBoxes));
    $(document).on("select2:open", (event) => {
      const field = document.querySelector(".select2-container--open .select2-search__field");
      const label = labelOf(event.target);
      if (field && label) field.setAttribute("aria-label", nameOf(label));
    });
  });
})();
