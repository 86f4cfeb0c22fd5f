namespace Passthru.Findings.Ready;

/// <summary>One line of the checklist before a VM is called ready for production.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="State">The answer.</param>
/// <param name="Told">What was seen; of what can't be told, what would tell it.</param>
public sealed record ReadyLine(string Name, ReadyState State, string Told);

public enum ReadyState
{
    Pass,
    Unknown,
    Fail,
}
