namespace Passthru.Findings.Values;

/// <summary>Names in the order in which people count: 9 before 10, and names that are no numbers after shorter ones.</summary>
public static class NaturalOrder
{
    public static readonly IComparer<string> Comparer = Comparer<string>.Create((one, other) =>
        one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other));
}
