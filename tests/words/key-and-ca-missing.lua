listen "127.0.0.1:8443"
trust "staff" {}
site "a.example" { trust = "staff", upstream = "http://127.0.0.1:1" }
