trust "hidden" { ca = "x.pem" }
site "b.example" { path "/x" { certificate = "none" } }
return {
  guard = {
    request = function(req)
      if req.pth == "/" then return alow() end
      return "allow"
    end,
  },
}
