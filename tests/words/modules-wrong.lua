listen "127.0.0.1:8443"
local bad = use "modules/bad.lua"
local circle = use "modules/circle.lua"
local none = use "modules/none.lua"
local nothing = use "modules/nothing.lua"
local broken = use "modules/broken.lua"
local number = use(7)
site "a.example" {
  key = "a", upstream = "http://127.0.0.1:80", request = bad.guard.request,
}
