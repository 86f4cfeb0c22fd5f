using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Passthru.Exporter.Serving.Connections;
using Passthru.Exporter.Serving.Security;

namespace Passthru.Exporter.Serving;

/// <summary>What holds for every address that is listened on: bounds, and TLS where there is a certificate.</summary>
internal static class KestrelSetup
{
    private const int MaxConnections = 64;

    /// <summary>For whoever has to say what it wants.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    /// <param name="server">Listens nowhere yet.</param>
    /// <param name="refusals">Is told of what is turned away.</param>
    /// <param name="protection">Null: plain HTTP.</param>
    public static void Prepare(KestrelServerOptions server, RefusalLog refusals, WebConfigSource? protection)
    {
        var connections = new ConnectionLimiter(MaxConnections, refusals);
        Limit(server);
        server.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.Use(connections.Before);
            endpoint.Protocols = HttpProtocols.Http1;
            if (protection?.Current.Tls is not null)
            {
                UseTls(endpoint, protection);
            }
        });
    }

    /// <summary>Enough for every scraper, too little for whoever wants to keep it busy.</summary>
    private static void Limit(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = 0;

        // The next request of a connection waits until the answer to the one before has been taken.
        server.Limits.MaxResponseBufferSize = 0;
        server.Limits.MaxRequestLineSize = 4 * 1024;
        server.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        server.Limits.RequestHeadersTimeout = RequestTimeout;
        server.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        server.Limits.Http2.MaxStreamsPerConnection = 8;
    }

    /// <summary>Which protocol is spoken is settled in the handshake, by what holds then.</summary>
    private static void UseTls(ListenOptions endpoint, WebConfigSource protection)
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = RequestTimeout,
            OnConnection = handshake =>
            {
                var caller = handshake.Connection.Features.GetRequiredFeature<ClientConnection>();
                caller.TlsStarted = true;
                return ValueTask.FromResult(protection.Current.Tls!.For(caller));
            },
        });
    }
}
