;;; emacs.el --- What somebody does in Emacs with the drifted study  -*- lexical-binding: t; -*-

;;; Commentary:

;; Run by record.py, which says what it is to do all that for.

;;; Code:

(load (expand-file-name "../editors/emacs/cases" (file-name-directory load-file-name)))
(require 'markdown-mode)
(require 'eglot)
(setq eglot-sync-connect 30
      eglot-send-changes-idle-time 0.05
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)

(defun play-step (words)
  "Say that what WORDS name begins now."
  (let ((end (+ (float-time) 1.5))) ; What the server says once its author rests belongs to the step before.
    (while (< (float-time) end) (accept-process-output nil 0.05)))
  (write-region (concat words "\n") nil (getenv "STEPS") t 'silent))

(defun play-open (path)
  "Visit PATH of the study, and wait for the server."
  (find-file path)
  (run-hooks 'post-command-hook)
  (proof-until (lambda () (and (eglot-current-server) (bound-and-true-p eglot--managed-mode)))
               (lambda () (format "no server looks after %s" path))))

(defun play-become (codes)
  "Wait until Flymake shows these CODES."
  (flymake-start)
  (proof-until (lambda ()
                 (equal codes (mapcar (lambda (found)
                                        (let ((text (flymake-diagnostic-text found)))
                                          (and (string-match "\\[\\([a-z-]+\\)\\]" text) (match-string 1 text))))
                                      (flymake-diagnostics))))
               (lambda () (format "findings stay %S" (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))))

(defun play-go (text)
  "Put point behind the first TEXT."
  (goto-char (point-min))
  (search-forward text))

(defun play-write (before after)
  "Replace BEFORE by AFTER, as if typed.  In batch mode nobody is ever idle, so Eglot's timer is rung by hand."
  (play-go before)
  (replace-match after t t)
  (eglot--signal-textDocument/didChange))

(defvar play-study default-directory)

(proof-case "the session"
  (play-step "A spec of the study after a bad week is opened")
  (play-open "specs/compute-fraction.md")
  (play-become '("missing-script"))

  (play-step "A mistake is typed, and taken back")
  (play-write "Status: script ready" "Status: script reday")
  (play-become '("unknown-status"))
  (play-write "Status: script reday" "Status: script ready")
  (play-become '("missing-script"))

  (play-step "What is wrong is looked at")
  (play-go "Script: `scripts/f")
  (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))

  (play-step "The fix is applied")
  (play-go "Script: `scripts/f")
  (cl-letf (((symbol-function 'completing-read) ; as one would pick it from the list
             (lambda (_prompt titles &rest _)
               (seq-find (lambda (title) (string-match-p "fractions" title))
                         (mapcar (lambda (title) (if (consp title) (car title) title)) titles))))
            (last-nonmenu-event ?a))
    (eglot-code-actions (point) (point) nil t))
  (play-go "Script: `scripts/fractions.py`")
  (eglot--signal-textDocument/didChange)
  (play-become '())

  (play-step "From the spec to a script that it names, and back")
  (play-go "Inputs: `scripts/mod")
  (call-interactively #'xref-find-definitions)
  (proof-same (file-name-nondirectory buffer-file-name) "model.py" "the file")
  (find-file (expand-file-name "specs/compute-fraction.md" play-study))

  (play-step "A path is completed")
  (play-write "Inputs: `scripts/model.py`" "Inputs: `scripts/mod`")
  (play-go "Inputs: `scripts/mod")
  (completion-at-point)
  (play-go "Inputs: `scripts/model.py`")
  (eglot--signal-textDocument/didChange)

  (play-step "It is saved")
  (save-buffer)

  (play-step "A label is renamed in the paper, and in the spec that names it; both are saved")
  (play-open (expand-file-name "reports/sections/grokking.tex" play-study))
  (play-become '("missing-sectionversion"))
  (play-go "label{sec:gro")
  (cl-letf (((symbol-function 'y-or-n-p) #'always)) (eglot-rename "sec:when"))
  (play-go "label{sec:when}")
  (save-some-buffers t)

  (play-step "All is closed")
  (let ((server (eglot-current-server)))
    (dolist (buffer (buffer-list)) (when (buffer-file-name buffer) (kill-buffer buffer)))
    (eglot-shutdown server)))

(proof-end)

;;; emacs.el ends here
