-- SPDX-License-Identifier: Apache-2.0
-- A WebSocket client and server of others (Python's websockets) through the
-- gateway: text, large messages, pings and the closing handshake.
local python = "/usr/bin/python3"
if not os.execute(python .. " -c 'import websockets' 2>/dev/null") then
  rig.skip "python3-websockets is not installed"
end
local server = rig.write("server.py", [[
import asyncio, websockets

async def echo(socket):
    async for message in socket:
        await socket.send(message)

async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()

asyncio.run(main())
]])
local client = rig.write("client.py", [[
import asyncio, ssl, sys, websockets

async def main(port, version):
    context = ssl.create_default_context(cafile=sys.argv[3])
    context.minimum_version = context.maximum_version = version
    async with websockets.connect("wss://shop.test:%d/socket" % port,
            host="127.0.0.1", server_hostname="shop.test", ssl=context, max_size=None) as socket:
        for text in ["hello", "x" * 3000000, "", "end"]:
            await socket.send(text)
            assert await socket.recv() == text
        await socket.send(b"\0" * 70000)
        assert await socket.recv() == b"\0" * 70000
        await (await socket.ping())
        await socket.close(1000, "done")
        print("closed", socket.close_code)

asyncio.run(main(int(sys.argv[1]), getattr(ssl.TLSVersion, sys.argv[2])))
]])
local process = rig.spawn { python, server }
local port = process:line(1, 20)
expect(port):matches "^%d+$"
local gateway = rig.gateway {
  socket = { url = "http://127.0.0.1:" .. port },
  policy = [[
    site "shop.test" { key = "server", upstream = "$socket" }
  ]],
}
for _, version in ipairs { "TLSv1_2", "TLSv1_3" } do
  local said = rig.shell("$python $client $port $version $ca 2>&1", {
    python = python, client = client, port = gateway.port, version = version,
    ca = rig.folder .. "/rig-server-ca.pem" })
  expect(said, version):contains "closed 1000"
end
process:signal "TERM"
process:wait()
