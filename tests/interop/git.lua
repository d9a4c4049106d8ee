-- SPDX-License-Identifier: Apache-2.0
-- git over http: anybody clones through the gateway, and a push, whose pack is
-- sent in chunks, needs a certificate. The origin is git's own http-backend.
rig.needs "/usr/bin/git"
rig.needs "/usr/lib/git-core/git-http-backend"
rig.needs "/usr/bin/python3"
local origin = rig.write("origin.py", [[
import http.server, os, subprocess, sys

class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while True:
            size = int(self.rfile.readline(), 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.body()
        out = subprocess.run(["/usr/lib/git-core/git-http-backend"],
            input=body, stdout=subprocess.PIPE, env={
                "GIT_PROJECT_ROOT": sys.argv[1], "GIT_HTTP_EXPORT_ALL": "1",
                "PATH": os.environ["PATH"], "PATH_INFO": path,
                "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                "REMOTE_USER": "somebody", "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING":
                    self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}).stdout
        head, _, content = out.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = [v for k, v in fields if k == "Status"]
        self.send_response(int(status[0][:3]) if status else 200)
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
print(server.server_port, flush=True)
server.serve_forever()
]])
local repositories = rig.folder .. "/repositories"
rig.shell("mkdir -p $root && git -c init.defaultBranch=main init -q --bare "
  .. "$root/thing.git && git -C $root/thing.git config http.receivepack true",
  { root = repositories })
local process = rig.spawn { "/usr/bin/python3", origin, repositories }
local port = process:line(1, 20)
expect(port):matches "^%d+$"
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  origin = { url = "http://127.0.0.1:" .. port },
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "git.test" {
      key = "server", upstream = "$origin", trust = "staff",
      request = function(req)
        if req.path:ends_with "/git-receive-pack"
          or req.query == "service=git-receive-pack" then
          return need_certificate { }
        end
      end,
    }
  ]],
}

local function git(command, more)
  return (rig.shell("cd $folder && HOME=$folder GIT_SSL_CAINFO=$ca "
    .. "GIT_CONFIG_NOSYSTEM=1 no_proxy=* timeout 60 git "
    .. "-c http.curloptResolve=git.test:$port:127.0.0.1 "
    .. "-c user.name=Ada -c user.email=ada@git.test "
    .. "-c http.postBuffer=65536 " .. (more or "") .. " " .. command
    .. " 2>&1; :", {
      folder = rig.folder, port = gateway.port, cert = ada.cert, key = ada.key,
      ca = rig.folder .. "/rig-server-ca.pem",
      url = ("https://git.test:%d/thing.git"):format(gateway.port) }))
end

git "clone -q $url work"
rig.shell("head -c 3000000 /dev/urandom >$folder/work/big",
  { folder = rig.folder })
git "-C work add big"
git "-C work commit -q -m first"
expect(git "-C work push $url HEAD:main"):contains "403"
expect(git("-C work push $url HEAD:main",
  "-c http.sslCert=$cert -c http.sslKey=$key")):contains "HEAD -> main"
expect(git "clone -q $url copy && cmp work/big copy/big && echo same")
  :contains "same"
process:signal "TERM"
process:wait()
