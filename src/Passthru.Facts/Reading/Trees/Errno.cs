namespace Passthru.Facts.Reading.Trees;

/// <summary>What the kernel answered: 0 for success, else the error number of errno(3), the same on x86 and arm64.</summary>
public enum Errno
{
    None = 0,
    NotPermitted = 1,
    NoSuchFile = 2,
    NoSuchProcess = 3,
    Interrupted = 4,
    InputOutput = 5,
    NoSuchDeviceOrAddress = 6,
    TryAgain = 11,
    NoMemory = 12,
    AccessDenied = 13,
    CrossDeviceLink = 18,
    NoSuchDevice = 19,
    NotADirectory = 20,
    IsADirectory = 21,
    InvalidArgument = 22,
    TooManyOpenFilesInSystem = 23,
    TooManyOpenFiles = 24,
    FileTooLarge = 27,
    BrokenPipe = 32,
    FunctionNotImplemented = 38,
    TooManyLinks = 40,
    NotInCapture = 1001,
}

/// <summary>How an answer of the kernel is to be taken.</summary>
public static class ErrnoMeaning
{
    /// <summary>
    /// The file is not there, or no longer: ENODEV is what an open attribute of a removed device answers
    /// (fs/kernfs/file.c), ESRCH what a file of a process that has ended does.
    /// </summary>
    public static bool IsAbsent(this Errno error) =>
        error is Errno.NoSuchFile or Errno.NotADirectory or Errno.NoSuchDevice or Errno.NoSuchProcess;

    /// <summary>The words of strerror(3) for the usual ones, else the number.</summary>
    public static string Message(this Errno error) => error switch
    {
        Errno.None => "success",
        Errno.NotPermitted => "operation not permitted",
        Errno.NoSuchFile => "no such file or directory",
        Errno.InputOutput => "input/output error",
        Errno.NoSuchDeviceOrAddress => "no such device or address",
        Errno.TryAgain => "nothing to read",
        Errno.AccessDenied => "permission denied",
        Errno.NotADirectory => "not a directory",
        Errno.IsADirectory => "is a directory",
        Errno.InvalidArgument => "invalid argument",
        Errno.NoMemory => "not enough memory",
        Errno.TooManyOpenFiles => "too many open files of this process (ulimit -n)",
        Errno.TooManyOpenFilesInSystem => "too many open files of the system (fs.file-max)",
        Errno.FileTooLarge => "larger than expected",
        Errno.TooManyLinks => "too many levels of symbolic links",
        Errno.NotInCapture => "not in this capture",
        _ => $"error {(int)error}",
    };
}
