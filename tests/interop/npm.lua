-- SPDX-License-Identifier: Apache-2.0
-- npm with a package of a scope, whose address has an escaped slash, through
-- the gateway to a small registry: publish, which needs a certificate, and install.
rig.needs "/usr/bin/npm"
rig.needs "/usr/bin/python3"
local registry = rig.write("registry.py", [=[
import base64, http.server, json

packages, tarballs = {}, {}

class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path in tarballs:
            self.answer(200, tarballs[path], "application/octet-stream")
        elif path in packages:
            package = json.loads(packages[path])
            for version in package["versions"].values():
                version["dist"]["tarball"] = ("https://" + self.headers["Host"]
                    + "/files/" + version["_id"])
            self.answer(200, json.dumps(package).encode())
        else:
            self.answer(404, b"{}")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        package = json.loads(body)
        for file in package.pop("_attachments").values():
            for version in package["versions"].values():
                tarballs["/files/" + version["_id"]] = base64.b64decode(
                    file["data"])
        packages[self.path] = json.dumps(package)
        print(self.path, flush=True)
        self.answer(201, b"{}")

    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(server.server_port, flush=True)
server.serve_forever()
]=])
local hosts = rig.write("hosts.js", [[
const dns = require("dns");
const lookup = dns.lookup;
dns.lookup = (host, ...rest) =>
  lookup(host.endsWith(".test") ? "127.0.0.1" : host, ...rest);
]])
local process = rig.spawn { "/usr/bin/python3", registry }
local port = process:line(1, 20)
expect(port):matches "^%d+$"
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  registry = { url = "http://127.0.0.1:" .. port },
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "npm.test" {
      key = "server", upstream = "$registry", trust = "staff",
      encoded_slash = "keep",
      request = function(req)
        if req.method == "PUT" then return need_certificate { } end
      end,
    }
    site "strict.test" { key = "server", upstream = "$registry" }
  ]],
}

local function npm(name, command, folder)
  return (rig.shell("cd $folder && HOME=$folder NODE_OPTIONS='--require $hosts' timeout 120 "
    .. "npm --userconfig $folder/.npmrc --cache $folder/cache --registry $url/ "
    .. "--cafile $ca --no-audit --no-fund --no-update-notifier "
    .. "--fetch-retries 0 " .. command .. " 2>&1; :", {
      folder = folder, hosts = hosts, ca = rig.folder .. "/rig-server-ca.pem",
      url = ("https://%s:%d"):format(name, gateway.port) }))
end

local made, used = rig.folder .. "/made", rig.folder .. "/used"
rig.shell("mkdir -p $made $used", { made = made, used = used })
rig.write("made/package.json",
  '{ "name": "@demo/thing", "version": "1.2.3", "main": "index.js" }')
rig.write("made/index.js", 'module.exports = "it works";\n')
rig.write("used/package.json", '{ "name": "user", "version": "1.0.0" }')
for _, folder in ipairs { "made", "used" } do
  rig.write(folder .. "/.npmrc", ("//npm.test:%d/:_authToken=x\n")
    :format(gateway.port))
end

expect(npm("npm.test", "publish", made)):contains "403"
local certified = ("//npm.test:%d/:certfile=%s\n//npm.test:%d/:keyfile=%s\n")
  :format(gateway.port, ada.cert, gateway.port, ada.key)
rig.write("made/.npmrc", rig.read("made/.npmrc") .. certified)
expect(npm("npm.test", "publish", made)):contains "+ @demo/thing@1.2.3"
expect(process:line(2, 20)):is "/@demo%2Fthing"
expect(npm("npm.test", "install @demo/thing", used)):contains "added 1 package"
expect(rig.shell("cd $used && node -p 'require(\"@demo/thing\")' 2>&1; :",
  { used = used })):contains "it works"
-- The default refuses the escape.
expect(npm("strict.test", "view @demo/thing version", used)):contains "400"
process:signal "TERM"
process:wait()
