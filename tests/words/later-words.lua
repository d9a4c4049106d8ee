listen { fd = "web" }
use "policies/kong.lua"
gateway { user = "yett" }
