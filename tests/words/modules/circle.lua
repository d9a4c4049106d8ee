return use "modules/circle.lua"
