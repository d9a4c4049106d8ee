listen "127.0.0.1:8443"
local count = 0
while true do count = count + 1 end
