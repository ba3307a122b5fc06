/* Starts the till: `python -m centara_giftcard ...` of the Python that lies in the folder `app` beside it.
 *
 * An upgrade puts the new program beside the old one and then swaps the two folders by their names. Where the
 * power went between, `app` is missing and `old` is whole: then that one is started. With -DCONSOLE it is the
 * program of the command line, else the one with the window. */
#include <windows.h>
#include <shellapi.h>
#include <stdlib.h>
#include <wchar.h>

typedef int (*python_main)(int, wchar_t **);

static HMODULE python_in(const wchar_t *home, const wchar_t *folder) {
    wchar_t path[32768];
    if (wcslen(home) + wcslen(folder) + 20 > 32768) return NULL;
    wcscpy(path, home);
    wcscat(path, folder);
    wcscat(path, L"\\python311.dll");
    return LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
}

static int start(void) {
    static wchar_t home[32768];
    int count, place = 0;
    wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
    DWORD length = GetModuleFileNameW(NULL, home, 32768);
    wchar_t **words = calloc(count + 3, sizeof *words), *end = length ? wcsrchr(home, L'\\') : NULL;
    HMODULE python = NULL;
    python_main run = NULL;
    if (end && given && words) {
        end[1] = 0;
        python = python_in(home, L"app");
        if (!python) python = python_in(home, L"old");
    }
    if (python) run = (python_main)(void *)GetProcAddress(python, "Py_Main");
    if (!run) {
        MessageBoxW(NULL, L"The program's files are incomplete. Install it again; the shop's data is not touched.",
                    L"Centara gift cards", MB_ICONERROR);
        return 2;
    }
    words[place++] = given[0];
    words[place++] = L"-m";
    words[place++] = L"centara_giftcard";
    for (int each = 1; each < count; each++) words[place++] = given[each];
    return run(place, words);
}

#ifdef CONSOLE
int main(void) { return start(); }
#else
int WINAPI WinMain(HINSTANCE instance, HINSTANCE before, LPSTR words, int show) {
    (void)instance, (void)before, (void)words, (void)show;
    return start();
}
#endif
