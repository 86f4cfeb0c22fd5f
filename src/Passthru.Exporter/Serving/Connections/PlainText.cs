using Microsoft.AspNetCore.Http;

namespace Passthru.Exporter.Serving.Connections;

/// <summary>Answers of one line.</summary>
internal static class PlainText
{
    public static Task Answer(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{text}\n");
    }
}
