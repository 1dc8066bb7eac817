// Tells news to who listens instead of looking.

const place = document.createElement('div');
place.className = 'hear';
place.setAttribute('role', 'status');
document.body.append(place);

/** Has a screen reader say something when it has said what it is saying. @param {string} text */
export function announce(text) {
  // The same text twice is no change, and would not be said.
  place.textContent = place.textContent === text ? `${text}\u00a0` : text;
}
