-- SPDX-License-Identifier: Apache-2.0
-- What responses and logs contain when a request is refused: the page of each
-- reason and cause, and the other names for it.

local refusal_pages = {}

refusal_pages.late = {
  title = "a certificate is needed, and the handshake did not ask for one",
  text = "Answered with 500, HRESULT 0x80070032 (ERROR_NOT_SUPPORTED, Win32 "
    .. "50; 500.0 for IIS), as Windows does, unless `late` chooses another "
    .. "answer. A connection cannot be asked for a certificate later: TLS 1.3 "
    .. "and HTTP/2 have no renegotiation that browsers take part in. So the "
    .. "request is refused, and the cause says why it was not asked before: "
    .. "policy, function, reloaded or other_trust.",
  cure = "`yett check` tells such paths (W201): let the site ask in the "
    .. "handshake with handshake = \"auto\", or move the path to a name of its "
    .. "own, that asks, and lead there with late = { redirect = ... }. With "
    .. "cause reloaded a new connection is enough. `yett explain URL --asked "
    .. "none` tells the story.",
  names = { "0x80070032", "80070032", "2147942450", "-2147024846",
    "ERROR_NOT_SUPPORTED", "500.0", "50" },
}
refusal_pages.not_sent = {
  title = "a certificate was asked for, and none was sent",
  text = "Answered with 403 (403.7 for IIS, Win32 5). The client has no "
    .. "certificate of an authority that the handshake named, or its user "
    .. "sent none.",
  cure = "Give the client a certificate of the trust, or look whether the "
    .. "trust's `ca` has the authority that issued the one it has.",
  names = { "403.7" },
}
refusal_pages.untrusted = {
  title = "the certificate reaches no authority of the trust",
  text = "Answered with 403 (403.16 for IIS, 0x800b0109 CERT_E_UNTRUSTEDROOT). "
    .. "No chain leads from it to a `ca` of the trust, or the cause says "
    .. "what is wrong with the chain: name_constraints, too_large, "
    .. "weak_algorithm, path_length, too_deep or spiffe_domain.",
  cure = "`yett explain URL --cert FILE` verifies a certificate as the gateway "
    .. "does. The client must send the issuers in between.",
  names = { "403.16", "0x800b0109", "800b0109", "CERT_E_UNTRUSTEDROOT" },
}
refusal_pages.expired = {
  title = "the certificate is outside its dates",
  text = "Answered with 403 (403.17 for IIS, 0x800b0101 CERT_E_EXPIRED). It, "
    .. "or an issuer of it, has expired or is not valid yet.",
  cure = "Renew it; if its dates are good, look at the gateway's clock.",
  names = { "403.17", "0x800b0101", "800b0101", "CERT_E_EXPIRED" },
}
refusal_pages.revoked = {
  title = "the certificate is on a revocation list, or there is none to ask",
  text = "Answered with 403 (403.13 for IIS, 0x80092010 CRYPT_E_REVOKED). With "
    .. "cause crl_unavailable it is not known to be revoked: see there.",
  cure = "Issue another one. Who withdrew it is the authority's to say.",
  names = { "403.13", "0x80092010", "80092010", "CRYPT_E_REVOKED" },
}
refusal_pages.crl_unavailable = {
  title = "the issuer's revocation list is missing or past its date",
  text = "A cause of `revoked`: answered with 403 (403.13 for IIS, 0x80092013 "
    .. "CRYPT_E_REVOCATION_OFFLINE). The trust has a `crl`, and none that "
    .. "holds now is of the certificate's issuer: all its clients are "
    .. "refused.",
  cure = "Fetch the authority's newest list and reload (SIGHUP). The "
    .. "events crl-due and crl-stale and the metric yett_trust_crls tell it.",
  names = { "0x80092013", "80092013", "CRYPT_E_REVOCATION_OFFLINE" },
}
refusal_pages.name_constraints = {
  title = "an authority vouched for a name that it may not vouch for",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS, "
    .. "0x800b0114 CERT_E_INVALID_NAME). The certificate of an authority on "
    .. "the way limits the names below it (RFC 5280, section 4.2.1.10), and "
    .. "one lies outside, or cannot be compared.",
  cure = "Have it issued with a name inside, or by another authority: "
    .. "openssl x509 -in CA.pem -noout -ext nameConstraints shows the limits.",
  names = { "0x800b0114", "800b0114", "CERT_E_INVALID_NAME" },
}
refusal_pages.wrong_purpose = {
  title = "the certificate was issued, but not for clients",
  text = "Answered with 403 (403.16 for IIS, 0x800b0110 CERT_E_WRONG_USAGE). "
    .. "An authority of the trust vouches for it, but its extended key usage, "
    .. "or that of an issuer, lacks clientAuth. Public authorities leave it "
    .. "out of new certificates since 2026.",
  cure = "Let the client get a certificate for client authentication, as a "
    .. "rule from an authority of your own.",
  names = { "0x800b0110", "800b0110", "CERT_E_WRONG_USAGE" },
}
refusal_pages.weak_algorithm = {
  title = "a signature or a key of the chain is too weak, or not used",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS, "
    .. "0x80096010 TRUST_E_BAD_DIGEST). A certificate is signed with SHA-1 or "
    .. "MD5, has a key below 112 bits of strength, or one that is neither RSA "
    .. "nor on one of the usual curves.",
  cure = "Issue it anew with SHA-256 and a key of today.",
  names = { "0x80096010", "80096010", "TRUST_E_BAD_DIGEST" },
}
refusal_pages.path_length = {
  title = "the chain is longer than one of its authorities may have it",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS, "
    .. "0x80096019 TRUST_E_BASIC_CONSTRAINTS). An authority's certificate "
    .. "limits how many others may stand below it (basicConstraints).",
  cure = "Have the certificate issued by the authority itself, or that "
    .. "authority's certificate issued without the limit.",
  names = { "0x80096019", "80096019", "TRUST_E_BASIC_CONSTRAINTS" },
}
refusal_pages.too_deep = {
  title = "the chain is longer than the trust's depth",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS). More "
    .. "certificates stand between the client's and the authority than "
    .. "`depth` of the trust allows.",
  cure = "Raise `depth`, or name the authority in between as a `ca`.",
  names = {},
}
refusal_pages.spiffe_domain = {
  title = "the certificate is not of the trust's SPIFFE domain",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS). The "
    .. "trust has `spiffe`, and the certificate has no URI, several, or one "
    .. "of another trust domain.",
  cure = "Compare the certificate's URI with the trust's `spiffe`: openssl "
    .. "x509 -in FILE -noout -ext subjectAltName shows it.",
  names = {},
}
refusal_pages.too_large = {
  title = "more certificates came than are looked at, or larger ones",
  text = "A cause of `untrusted`: answered with 403 (403.16 for IIS, "
    .. "0x800b010a CERT_E_CHAINING). A chain has at most 10 certificates and "
    .. "32 KiB, and no RSA key in it is larger than the trust's rsa_bits. "
    .. "Where one certificate costs too much to be parsed at all, or a key "
    .. "to be counted with, the handshake ends with bad_certificate.",
  cure = "Let the client send its own certificate and the issuers in between, "
    .. "and nothing else.",
  names = { "0x800b010a", "800b010a", "CERT_E_CHAINING" },
}
refusal_pages.identity = {
  title = "the certificate is good, but not one of those the rule names",
  text = "Answered with 403 (403.12 for IIS, Win32 5): `identity` or `trust` of "
    .. "the rule says whom it is for.",
  cure = "`yett explain DECISION` tells which rule, and what the certificate "
    .. "says.",
  names = { "403.12" },
}
refusal_pages.misdirected = {
  title = "Host is of another site than the server name of the connection",
  text = "Answered with 421: a connection is for the site that its handshake "
    .. "named, since it was asked for that site's certificates.",
  cure = "Browsers open another connection by themselves; a program must name "
    .. "the same host in TLS (SNI) and in Host.",
  names = { "421" },
}
refusal_pages.policy_error = {
  title = "a function of the policy failed or overspent its budget",
  text = "Answered with 500: what cannot be decided is refused. The event "
    .. "`policy-error` has the line.",
  cure = "Mend the function; `yett test` calls it with the facts you name.",
  names = {},
}
refusal_pages.denied = {
  title = "the policy says deny { }",
  text = "Answered with the status of deny, else 403 (Win32 5).",
  cure = "`yett explain DECISION` tells the rule, and its `why`.",
  names = { "403.0" },
}
refusal_pages.policy = {
  title = "late, because the site never asks for a certificate",
  text = "A cause of `late`: handshake = \"never\" stands at the site.",
  cure = "Write handshake = \"auto\", or lead to a name that asks.",
  names = {},
}
refusal_pages["function"] = {
  title = "late, because of a function",
  text = "A cause of `late`: a client_hello function chose not to ask, or a "
    .. "request function needs what the declared rules do not.",
  cure = "Let the client_hello function ask, or declare the need at a path "
    .. "beside the function: then the handshake asks.",
  names = {},
}
refusal_pages.reloaded = {
  title = "late, because the rules changed since the handshake",
  text = "A cause of `late`: the connection is older than the policy in force.",
  cure = "None is needed: a new connection is asked.",
  names = {},
}
refusal_pages.other_trust = {
  title = "late, because the handshake asked for other authorities",
  text = "A cause of `late`: a certificate was asked for, but not of this "
    .. "trust.",
  cure = "Let the handshake ask for both trusts, or part the two by name.",
  names = {},
}
refusal_pages.ERROR_ACCESS_DENIED = {
  title = "the Win32 status of several refusals",
  text = "Win32 5 is logged with the reasons not_sent (403.7), identity "
    .. "(403.12) and denied (403): the substatus or the reason tells which.",
  cure = "`yett explain` one of these.",
  names = { "5", "0x80070005", "80070005" },
}

return refusal_pages
