listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  path "/a//b" { },
  path "/%7Eada" { },
  glob "//u/*" { },
  exact "/x//" { },
  path "/fine/" { },
  path "/f%c3%bc/%20" { },
  exact "/fine/" { },
}
