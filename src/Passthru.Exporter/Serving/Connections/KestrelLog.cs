using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Passthru.Exporter.Text;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Passthru.Exporter.Serving.Connections;

/// <summary>Of all that Kestrel would log, what it refuses before a request gets here: handshakes and requests that are none.</summary>
internal sealed class KestrelLog(RefusalLog refusals) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => categoryName switch
    {
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests" => new Listener(TellRequest, exception => exception.Message),
        "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware" => new Listener(TellHandshake, Reason.OfHandshake),
        _ => NullLogger.Instance,
    };

    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>What is wrong stands before the colon, of few kinds; what was sent, behind it.</summary>
    private void TellRequest(string message) => refusals.Tell(message.Split(':')[0].TrimEnd('.'), ClientConnection.Current, message);

    /// <summary>The watchdog and the health check ask in plain HTTP whatever is spoken, and take any answer for one: no word of that.</summary>
    private void TellHandshake(string message)
    {
        switch (ClientConnection.Current)
        {
            case { Refusal: { } refusal } caller:
                refusals.Tell("client certificate", caller, refusal);
                break;
            case not { IsLocal: true, TlsStarted: false }:
                refusals.Tell("TLS handshake", ClientConnection.Current, message);
                break;
        }
    }

    private sealed class Listener(Action<string> tell, Func<Exception, string> reason) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Level logLevel) => true;

        public void Log<TState>(Level logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null || eventId.Name == "AuthenticationTimedOut")
            {
                tell(exception is null ? "no handshake in time" : reason(exception.GetBaseException()));
            }
        }
    }
}
