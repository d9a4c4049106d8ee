listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  path "/b" {},
  path "/a%2Fb" {},
  path "/%zz" {},
  path "/bücher" {},
  path "/%61" {},
  path "/a" {},
  path "//b//" {},
  path "/b" {},
}
