-- SPDX-License-Identifier: Apache-2.0
-- People with smart cards, and lists of the cards that were lost.
--
-- For whom: an office where everyone has a card; no passwords.
-- What it does: everything but the help page needs a card that is not revoked.
-- The archive needs one of the registry. Whoever is refused reads why, and
-- finds the help page without a card.
-- What it costs: browsers ask for the card, and its PIN, on the first visit,
-- for the help page too (W202). A revocation list that is out of date refuses
-- everybody, loudly: renew it in time (a cron job and a reload).
-- What to change: the names, the files, the pattern of the registry. `crl`
-- needs a list of every authority between the card and the root.
listen "0.0.0.0:443"

trust "cards" {
  ca    = "pki/cards-root.pem",
  crl   = { "pki/cards-root.crl", "pki/cards-issuing.crl" },
  depth = 1,                             -- cards, the issuing CA, the root
}

site "office.example" {
  key      = "pki/office",
  upstream = "http://127.0.0.1:8080",
  trust    = "cards",
  forward  = { client_cert = "rfc9440", chain = true },

  late = {                               -- connections older than this policy
    status  = 403,
    hresult = 0,
    title   = "Close the browser, insert your card and try again",
    close   = true,
  },

  path "/" {
    certificate = "require",
    why = "insert your card and reload; see /help", tell = true,
  },
  path "/archive" {
    certificate = "require",
    identity    = { email = "*@registry.office.example" },
    why = "the registry only", tell = true,
  },
  path "/help" { certificate = "none" },
}
