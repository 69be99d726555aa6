// Says on the page that the passkey did not work; without this the button would seem dead.
document.addEventListener('allauth.error', function (event) {
  const note = document.getElementById('passkey_error')
  if (note) {
    event.preventDefault()
    note.hidden = false
    note.focus()
  }
})
