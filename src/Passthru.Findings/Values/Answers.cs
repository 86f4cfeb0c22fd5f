namespace Passthru.Findings.Values;

/// <summary>Several answers of which some can't be told, as one.</summary>
internal static class Answers
{
    /// <summary>False with one that is, else null with one that can't be told; true of none at all.</summary>
    public static bool? All(IEnumerable<bool?> answers) => !Any(answers.Select(answer => !answer));

    /// <summary>True with one that is, else null with one that can't be told; false of none at all.</summary>
    public static bool? Any(IEnumerable<bool?> answers)
    {
        var isOneUnknown = false;
        foreach (var answer in answers)
        {
            if (answer == true)
            {
                return true;
            }

            isOneUnknown |= answer is null;
        }

        return isOneUnknown ? null : false;
    }
}
