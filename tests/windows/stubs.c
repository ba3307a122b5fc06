/* Two libraries of Windows that Wine 8 lacks and that Qt and extensions in Rust load. Only for the tests:
   built as bcryptprimitives.dll with -DRANDOM and as icuuc.dll with -DICU. */
#include <windows.h>

#ifdef RANDOM
BOOLEAN WINAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom, of advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
    while (size) {
        ULONG part = size > 1 << 20 ? 1 << 20 : (ULONG)size;
        if (!SystemFunction036(data, part))
            return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}
#endif

#ifdef ICU
/* No converter can be opened: Qt does without. The others are only looked up. */
__declspec(dllexport) void *ucnv_open(const char *name, int *error)
{
    *error = 4; /* U_FILE_ACCESS_ERROR */
    return NULL;
}
#define LACKING(name) __declspec(dllexport) void *name(void) { return NULL; }
LACKING(ucnv_close) LACKING(UCNV_FROM_U_CALLBACK_SUBSTITUTE) LACKING(UCNV_TO_U_CALLBACK_SUBSTITUTE)
LACKING(ucnv_reset) LACKING(ucnv_getMaxCharSize) LACKING(ucnv_getName) LACKING(ucnv_getToUCallBack)
LACKING(ucnv_getFromUCallBack) LACKING(ucnv_setToUCallBack) LACKING(ucnv_setFromUCallBack)
LACKING(ucnv_cbToUWriteUChars) LACKING(ucnv_toUnicode) LACKING(ucnv_cbFromUWriteUChars)
LACKING(ucnv_toUCountPending) LACKING(ucnv_fromUCountPending) LACKING(ucnv_getStandardName)
LACKING(ucnv_getAvailableName) LACKING(ucnv_countAvailable) LACKING(ucnv_fromUnicode)
#endif
