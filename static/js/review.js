/* Makes the review form nicer; everything works without it.
   - stars save with one click, through the JSON door
   - words are shown as others will see them, while one types
   - words that were not sent survive a closed tab, in this browser only */

const TYPING_PAUSE = 400; // milliseconds without a key before anything happens

const form = document.querySelector("form[data-review-form]");
if (form) {
  keepDraft(form);
  previewWords(form);
  saveStarsAtOnce(form);
}
forgetSentDraft();

function keepDraft(form) {
  const { body } = form.elements;
  const key = draftKey(form.dataset.workId);
  const note = form.querySelector("[data-draft]");
  const kept = localStorage.getItem(key);
  if (kept && !body.value) {
    body.value = kept;
    tell(note, "This is what you had written here and not sent yet.");
  }
  body.addEventListener(
    "input",
    afterPause(() => {
      if (body.value.trim()) localStorage.setItem(key, body.value);
      else localStorage.removeItem(key);
      tell(note, body.value.trim() ? "Draft kept in this browser." : "");
    }),
  );
}

/* The thank-you page names the work whose draft has done its duty. */
function forgetSentDraft() {
  const sent = document.querySelector("[data-sent-work-id]");
  if (sent) localStorage.removeItem(draftKey(sent.dataset.sentWorkId));
}

function draftKey(workId) {
  return `draft of ${document.body.dataset.viewer} on ${workId}`;
}

function previewWords(form) {
  const { body } = form.elements;
  const region = form.querySelector("[data-preview]");
  const show = afterPause(async () => {
    region.hidden = !body.value.trim();
    if (region.hidden) return;
    const written = body.value;
    const answer = await send("POST", "/api/v1/previews", { body: written }, form);
    // Only the latest words count; HTML from our own door is sanitised.
    if (answer.ok && body.value === written) {
      region.querySelector("[data-preview-words]").innerHTML = answer.json.html;
    }
  });
  body.addEventListener("input", show);
  if (body.value.trim()) show();
}

function saveStarsAtOnce(form) {
  const note = form.querySelector("[data-saved]");
  const save = afterPause(async () => {
    const stars = Number(form.elements.stars.value);
    if (!stars) return; // "no stars" is saved with the words
    const answer = await saveStars(form, stars);
    if (answer.ok) {
      turnIntoRevision(form, answer.json);
      tell(note, `${stars} ${stars === 1 ? "star" : "stars"} saved.`);
      refreshRating();
    } else {
      tell(note, `Your stars are not saved yet. ${answer.json.detail ?? ""}`);
    }
  });
  form.querySelector(".star-input").addEventListener("change", save);
}

function saveStars(form, stars) {
  const { reviewId, workId } = form.dataset;
  return reviewId
    ? send("PATCH", `/api/v1/reviews/${reviewId}`, { stars, version: versionOf(form) }, form)
    : send("POST", `/api/v1/works/${workId}/reviews`, { stars }, form);
}

/* From now on the form changes the review that the click has posted. */
function turnIntoRevision(form, review) {
  form.dataset.reviewId = review.id;
  form.action = `/reviews/${review.id}`;
  form.elements.version.value = review.version;
}

function versionOf(form) {
  return Number(form.elements.version.value);
}

/* Puts the new average and bars in place, from the page as everyone gets it now. */
async function refreshRating() {
  const shown = document.querySelector("[data-rating]");
  if (!shown) return;
  const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!page.ok) return;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const rating = fresh.querySelector("[data-rating]");
  if (rating) shown.replaceWith(rating);
}

async function send(method, address, data, form) {
  try {
    const response = await fetch(address, {
      method,
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrf_token.value,
      },
      body: JSON.stringify(data),
    });
    return { ok: response.ok, json: await response.json() };
  } catch {
    return { ok: false, json: { detail: "The site can't be reached at the moment." } };
  }
}

function tell(note, text) {
  note.hidden = !text;
  note.textContent = text;
}

function afterPause(act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, TYPING_PAUSE);
  };
}
