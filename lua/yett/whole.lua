-- SPDX-License-Identifier: Apache-2.0
-- Checks what several declarations say together.

return function(declarations, found)
end
