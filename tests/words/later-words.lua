listen { fd = "web" }
gateway { user = "yett" }
