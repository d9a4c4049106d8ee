listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local modes, people, shared = {}, {}, { ada = "/a" }
local function fill(list)
  list.admin = "require"
end
fill(modes)
setmetatable(people, { __index = { has = function() return true end } })
local other = shared
other.get = function(self, name) return self[name] end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    if not people:has(req.path) or shared:get("ada") then return deny { } end
  end,
  path "/admin" { certificate = modes.admin },
  path "/" { certificate = "none" },
}
