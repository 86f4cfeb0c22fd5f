namespace Passthru.Findings;

/// <summary>Several answers of which some can't be told, as one.</summary>
internal static class Answers
{
    /// <summary>False with one that is, else null with one that can't be told; true of none at all.</summary>
    public static bool? All(IEnumerable<bool?> answers) => !Any(answers.Select(answer => !answer));

    /// <summary>True with one that is, else null with one that can't be told; false of none at all.</summary>
    public static bool? Any(IEnumerable<bool?> answers)
    {
        var isOneUntold = false;
        foreach (var answer in answers)
        {
            if (answer == true)
            {
                return true;
            }

            isOneUntold |= answer is null;
        }

        return isOneUntold ? null : false;
    }
}
