using Passthru.Facts.Kernel;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>A command line as a file configures it.</summary>
/// <param name="File">Where.</param>
/// <param name="Line">Null: the file does more than assign texts.</param>
public sealed record NextCommandLine(string File, KernelCommandLine? Line);
