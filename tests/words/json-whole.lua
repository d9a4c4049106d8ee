{
  "listen": [ "127.0.0.1:8443" ],
  "site": [ { "name": "portal.example" } ]
}
