using Microsoft.AspNetCore.Http;
using Passthru.Exporter.Serving.Connections;

namespace Passthru.Exporter.Serving.Security;

/// <summary>Stands before every page, <c>/-/healthy</c> too.</summary>
internal sealed class AuthMiddleware(WebConfigSource config, RefusalLog refusals)
{
    /// <summary>So every browser begins: not worth a word.</summary>
    private static readonly Refusal NoPassword = new(StatusCodes.Status401Unauthorized, "a user and a password, please");

    // What was sent is in none of them: people type passwords into the wrong field.
    private static readonly Refusal NoCredentials = new(StatusCodes.Status401Unauthorized, "no credentials that can be right");
    private static readonly Refusal Wrong = new(StatusCodes.Status401Unauthorized, "wrong user or password");
    private static readonly Refusal Busy = new(StatusCodes.Status503ServiceUnavailable, "too many passwords to check");
    private static readonly Refusal TooMany = new(StatusCodes.Status429TooManyRequests, "too many requests");

    public RequestDelegate Before(RequestDelegate next) => async context =>
    {
        var access = config.Current;
        foreach (var (name, value) in access.Headers)
        {
            context.Response.Headers[name] = value;
        }

        // Whoever is known to have the right password is not held up by those who try others.
        var refusal = await (IsKnown(access.Passwords, context) ? Task.FromResult<Refusal?>(null)
            : access.Limit?.TryTake(ClientConnection.From(context).Network) == false ? Task.FromResult<Refusal?>(TooMany)
            : access.Passwords is null ? Task.FromResult<Refusal?>(null)
            : Judge(access.Passwords, context));
        await (refusal is null ? next(context) : Answer(context, refusal));
    };

    private static bool IsKnown(Passwords? passwords, HttpContext context) =>
        passwords is not null
        && context.Request.Headers.Authorization is [{ } header]
        && BasicCredentials.Parse(header) is { } given
        && passwords.IsKnownRight(given.User, given.Password);

    private static async Task<Refusal?> Judge(Passwords passwords, HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return NoPassword;
        }

        if (BasicCredentials.Parse(header.Count == 1 ? header[0] : null) is not { } given)
        {
            return NoCredentials;
        }

        return await passwords.Check(given.User, given.Password, ClientConnection.From(context).Network) switch
        {
            PasswordVerdict.Right => null,
            PasswordVerdict.Busy => Busy,
            _ => Wrong,
        };
    }

    private Task Answer(HttpContext context, Refusal refusal)
    {
        if (refusal != NoPassword)
        {
            refusals.Tell(refusal.Why, ClientConnection.From(context));
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"passthru-exporter\", charset=\"UTF-8\"";
        }

        return PlainText.Answer(context, refusal.Status, refusal.Why);
    }

    private sealed record Refusal(int Status, string Why);
}
