# What strace -y saw of one scrape, as a list for readfiles: a letter and a path for each file that was asked for.
match($0, /(openat2?|readlinkat|statx)\((-1|AT_FDCWD|[0-9]+)(<[^>]*>)?, "[^"]+"/) {
    asked = substr($0, RSTART, RLENGTH)
    rest = substr($0, RSTART + RLENGTH)
    call = asked; sub(/\(.*/, "", call)
    path = asked; sub(/.*, "/, "", path); sub(/"$/, "", path)
    if (path !~ /^\// && match(asked, /<[^>]*>/))
        path = substr(asked, RSTART + 1, RLENGTH - 2) "/" path
    if (call == "readlinkat" || (rest ~ /O_PATH/ && rest ~ /O_NOFOLLOW/)) kind = "l"
    else if (call == "statx" || (rest ~ /O_PATH/ && rest !~ /O_DIRECTORY/)) kind = "s"
    else if (rest ~ /O_PATH/) next    # a directory that what follows is opened from: the loop opens by whole path
    else if (rest ~ /O_DIRECTORY/) kind = "d"
    else kind = "r"
    print kind, path
}
