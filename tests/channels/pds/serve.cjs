// A PDS with a directory of DIDs beside it, on loopback, for as long as standard input is open.
//
// node serve.cjs FOLDER PORT APPVIEW: everything is kept in FOLDER; what only an AppView can answer
// is asked at that URL. One line is printed when it listens.
const { randomBytes } = require('node:crypto')
const { Server } = require('node:net')
const { join } = require('node:path')
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')
const plc = require('@did-plc/server')

// Both would listen to the whole network, and have no setting for it.
const { listen } = Server.prototype
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest)
}

const secret = () => randomBytes(32).toString('hex')

async function serve(folder, port, appView) {
  const directory = plc.PlcServer.create({ db: plc.Database.mock() })
  const { port: plcPort } = (await directory.start()).address()
  const settings = {
    // Lets it speak http, and to this machine.
    devMode: true,
    hostname: 'localhost',
    port: Number(port),
    dataDirectory: folder,
    blobstoreDiskLocation: join(folder, 'blobs'),
    blobstoreDiskTmpLocation: join(folder, 'uploads'),
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    bskyAppViewUrl: appView,
    bskyAppViewDid: 'did:web:appview.test',
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    jwtSecret: secret(),
    dpopSecret: secret(),
    adminPassword: secret(),
    plcRotationKeyK256PrivateKeyHex: secret(),
  }
  const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
  await pds.start()
  console.log('listening')
}

process.stdin.resume().on('end', () => process.exit())
serve(...process.argv.slice(2))
