namespace Passthru.Exporter.Commands;

/// <summary>
/// Writes a file so that whoever reads it sees the old one or the new one, never a part. The name it has meanwhile does not end
/// in .prom, so that node_exporter's textfile collector passes it over.
/// </summary>
internal static class WholeFile
{
    /// <exception cref="CannotStartException">The file can't be written.</exception>
    public static void Write(string file, MemoryStream content)
    {
        var beside = $"{file}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = File.Create(beside))
            {
                content.WriteTo(stream);
            }

            File.Move(beside, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
            {
                File.Delete(beside);
            }

            throw new CannotStartException(e.Message);
        }
    }
}
