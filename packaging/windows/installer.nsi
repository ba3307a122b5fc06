; The till's installer. build.py gives VERSION, OUT, LAUNCHERS (the folder of both programs and the icon) and
; FILES (a script with one line for each file of the program, in one order, below $INSTDIR\new).
;
; Silent: /S, with /AllUsers or /CurrentUser (that unless said), /Autostart, and /D=FOLDER at the end.
; Exit status: 0 done, 1 called off, 2 not done: the till is running, or its folder cannot be written.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetDatablockOptimize on
Name "Centara gift card terminal"
OutFile "${OUT}"
BrandingText "Version ${VERSION}"

!define KEY "Software\Centara Gift Card Terminal"
!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "Centara Gift Card Terminal"
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "mode"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "folder"
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_MUI
!define MUI_ICON "${LAUNCHERS}/till.ico"
!define MUI_UNICON "${LAUNCHERS}/till.ico"
!include MUI2.nsh
!include MultiUser.nsh
!include FileFunc.nsh
!include Sections.nsh

!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\Centara Till.exe"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
; NSIS has these in English and German.
!define MULTIUSER_TEXT_INSTALLMODE_TITLE "Fyrir hverja?"
!define MULTIUSER_TEXT_INSTALLMODE_SUBTITLE "Veldu fyrir hvaða notendur $(^NameDA) er sett upp."
!define MULTIUSER_INNERTEXT_INSTALLMODE_TOP "Veldu hvort $(^NameDA) er sett upp aðeins fyrir þig eða fyrir alla notendur tölvunnar. $(^ClickNext)"
!define MULTIUSER_INNERTEXT_INSTALLMODE_ALLUSERS "Setja upp fyrir alla notendur tölvunnar"
!define MULTIUSER_INNERTEXT_INSTALLMODE_CURRENTUSER "Setja aðeins upp fyrir mig"
!insertmacro MUI_LANGUAGE "Icelandic"

LangString AT_LOG_ON ${LANG_ENGLISH} "Start the till when Windows starts"
LangString AT_LOG_ON ${LANG_GERMAN} "Die Kasse mit Windows starten"
LangString AT_LOG_ON ${LANG_ICELANDIC} "Ræsa kassann þegar Windows ræsist"
LangString RUNNING ${LANG_ENGLISH} "The till is running. Close it, then start this again."
LangString RUNNING ${LANG_GERMAN} "Die Kasse läuft. Schließen Sie sie, dann starten Sie dies noch einmal."
LangString RUNNING ${LANG_ICELANDIC} "Kassinn er í gangi. Lokaðu honum og ræstu þetta svo aftur."
LangString NOT_WRITTEN ${LANG_ENGLISH} "The program could not be written to $INSTDIR. What was there before is still there."
LangString NOT_WRITTEN ${LANG_GERMAN} "Das Programm konnte nicht nach $INSTDIR geschrieben werden. Was vorher da war, ist noch da."
LangString NOT_WRITTEN ${LANG_ICELANDIC} "Ekki tókst að skrifa forritið í $INSTDIR. Það sem þar var er þar enn."
LangString STAYS ${LANG_ENGLISH} "The shop's journal and settings were not touched. They are in $LOCALAPPDATA\centara-giftcard."
LangString STAYS ${LANG_GERMAN} "Journal und Einstellungen des Geschäfts bleiben. Sie liegen in $LOCALAPPDATA\centara-giftcard."
LangString STAYS ${LANG_ICELANDIC} "Færsluskrá og stillingar verslunarinnar eru óhreyfðar. Þær eru í $LOCALAPPDATA\centara-giftcard."

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\CentaraGiftCardTerminal"

!macro REFUSE TEXT
  MessageBox MB_ICONSTOP|MB_OK "${TEXT}" /SD IDOK
  SetErrorLevel 2
  Quit
!macroend

; A loaded library can be renamed, but not opened for writing: so the till that has it loaded is found.
!macro REFUSE_IF_RUNNING FOLDER
  ${If} ${FileExists} "${FOLDER}\python311.dll"
    ClearErrors
    FileOpen $0 "${FOLDER}\python311.dll" a
    ${If} ${Errors}
      !insertmacro REFUSE "$(RUNNING)"
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "Centara gift card terminal" MAIN
  SectionIn RO
  !insertmacro REFUSE_IF_RUNNING "$INSTDIR\app"
  !insertmacro REFUSE_IF_RUNNING "$INSTDIR\old"
  ; What a power cut left: a new program that is not whole goes, an old one that waited comes back.
  RMDir /r "$INSTDIR\new"
  ${IfNot} ${FileExists} "$INSTDIR\app\python311.dll"
    Rename "$INSTDIR\old" "$INSTDIR\app"
  ${EndIf}
  RMDir /r "$INSTDIR\old"
  ClearErrors
  !include "${FILES}"
  SetOutPath "$INSTDIR"  ; a folder that is the current one cannot be renamed
  ${If} ${Errors}
    RMDir /r "$INSTDIR\new"
    !insertmacro REFUSE "$(NOT_WRITTEN)"
  ${EndIf}
  ; The swap: at each moment there is a whole program under one of the two names that the launcher knows.
  ${If} ${FileExists} "$INSTDIR\app\*.*"
    Rename "$INSTDIR\app" "$INSTDIR\old"
  ${EndIf}
  Rename "$INSTDIR\new" "$INSTDIR\app"
  ${If} ${Errors}
    Rename "$INSTDIR\old" "$INSTDIR\app"
    !insertmacro REFUSE "$(NOT_WRITTEN)"
  ${EndIf}
  File "${LAUNCHERS}/Centara Till.exe"
  File "${LAUNCHERS}/centara-giftcard.exe"
  File "${LAUNCHERS}/notices.txt"
  RMDir /r "$INSTDIR\old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\Centara"
  CreateShortCut "$SMPROGRAMS\Centara\Centara Till.lnk" "$INSTDIR\Centara Till.exe"
  CreateShortCut "$SMPROGRAMS\Centara\Centara Till (practice).lnk" "$INSTDIR\Centara Till.exe" "--demo"
  ${If} ${FileExists} "$SMSTARTUP\Centara Till.lnk"  ; what starts with Windows goes on doing so, as this version
    CreateShortCut "$SMSTARTUP\Centara Till.lnk" "$INSTDIR\Centara Till.exe"
  ${EndIf}
  WriteRegStr SHCTX "${KEY}" "folder" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "mode" "$MultiUser.InstallMode"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "Centara gift card terminal"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\Centara Till.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section /o "$(AT_LOG_ON)" AUTOSTART
  CreateShortCut "$SMSTARTUP\Centara Till.lnk" "$INSTDIR\Centara Till.exe"
SectionEnd

Function .onInit
  StrCpy $2 $INSTDIR  ; what /D said, which MultiUser would put its own place over
  !insertmacro MULTIUSER_INIT
  ${If} $2 != ""
    StrCpy $INSTDIR $2
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/Autostart" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${AUTOSTART}
  ${EndIf}
FunctionEnd

Function un.onInit
  StrCpy $2 $INSTDIR  ; where this one lies; MultiUser would take the version that was installed last
  !insertmacro MULTIUSER_UNINIT
  StrCpy $INSTDIR $2
FunctionEnd

Section "Uninstall"
  !insertmacro REFUSE_IF_RUNNING "$INSTDIR\app"
  !insertmacro REFUSE_IF_RUNNING "$INSTDIR\old"
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\old"
  RMDir /r "$INSTDIR\new"
  Delete "$INSTDIR\Centara Till.exe"
  Delete "$INSTDIR\centara-giftcard.exe"
  Delete "$INSTDIR\notices.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ; Where another version was installed beside this one later, the menu and the entries are of that one.
  ReadRegStr $0 SHCTX "${KEY}" "folder"
  ${If} $0 == $INSTDIR
    Delete "$SMPROGRAMS\Centara\Centara Till.lnk"
    Delete "$SMPROGRAMS\Centara\Centara Till (practice).lnk"
    RMDir "$SMPROGRAMS\Centara"
    Delete "$SMSTARTUP\Centara Till.lnk"
    DeleteRegKey SHCTX "${UNINSTALL}"
    DeleteRegKey SHCTX "${KEY}"
  ${EndIf}
  MessageBox MB_ICONINFORMATION|MB_OK "$(STAYS)" /SD IDOK
SectionEnd
